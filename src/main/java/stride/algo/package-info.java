/**
 * What commands and the lab know of an algorithm: one interface, its options by name, its presets,
 * and the list of all algorithms.
 *
 * <p><b>Data.</b> Options have snake_case names in JSON. A preset is a JSON object of all options.
 *
 * <p><b>Memory.</b> An algorithm is stateless; what it makes belongs to the caller.
 *
 * <p><b>Threads.</b> Any.
 *
 * <p><b>Errors.</b> {@link java.lang.IllegalArgumentException} names the option or preset, its
 * value and what is required.
 */
package stride.algo;
