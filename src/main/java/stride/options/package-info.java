/**
 * Options of algorithms and tasks: what describes them, and how their values are read and checked.
 *
 * <p><b>Data.</b> Options are the components of a record. Each has an {@link
 * stride.options.OptionRule}, and its Javadoc is its help text ({@link
 * stride.options.DescribedOption}). In JSON its name is in snake_case.
 *
 * <p><b>Threads.</b> Everything here is immutable.
 *
 * <p><b>Errors.</b> A value of another type or out of range throws {@link
 * java.lang.IllegalArgumentException} that names the option, the value and what is required.
 */
package stride.options;
