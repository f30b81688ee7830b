"""Files of others, in and out. Each reads or writes with a report of what was kept, converted or dropped."""
