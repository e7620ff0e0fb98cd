"""The words of the field: types, rules, errors, settings, clock, log. No input or output."""
