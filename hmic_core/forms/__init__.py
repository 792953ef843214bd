"""Forms in GOV.UK markup."""
