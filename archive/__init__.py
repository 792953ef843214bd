"""Letters of before this system: read, confirmed, registered, corrected. No other room knows this one."""
