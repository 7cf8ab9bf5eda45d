/**
 * Measures and judges: benchmark suites, profiles, trainings over seeds, searches, and the pages
 * that show them. Each has a package of its own; here lies what all of them throw.
 */
package stride.lab;
