"""Halide sources of the kernels, one family a file. They run at build time only; nothing in the app imports them.

Each family has `kernels(lanes)`, which yields the family's kernels scheduled for vectors of `lanes` floats. The order
of a kernel's arguments is the order in `Kernel.arguments`, then the output buffer.
"""
