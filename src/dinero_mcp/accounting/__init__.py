"""The arithmetic: values in, values out. No I/O, no clock, no knowledge of Dinero's wire format."""
