"""How much of each pixel in an unsure band belongs to the subject.

Method: A. Levin, D. Lischinski, Y. Weiss, "A closed-form solution to natural image matting", IEEE TPAMI 2008, by
PyMatting (T. Germer et al., 2020), solved in blocks that overlap, so that memory is bounded and work can be stopped.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.matting.library import Solvers, solvers
from ml.progress import Progress

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

BLOCK, MARGIN = 192, 32
EPSILON = 1e-6
TOLERANCE = 1e-4
MOST_STEPS = 300
SHIFTS = (1e-3, 1e-2, 0.1, 1.0, 100.0)
"""Added to the diagonal of the preconditioner, the next one where it breaks down with the last."""


def solve(rgb: Floats, alpha: Floats, unsure: Flags, progress: Progress) -> Floats:
    """(height, width) alpha from 0 to 1 of a (height, width, 3) sRGB picture: `alpha` where it is not `unsure`."""
    result = alpha.astype(np.float32)
    if not unsure.any():
        return result
    tools = solvers(progress.part(0.0, 0.02))
    blocks = _blocks(unsure)
    weights = np.zeros(alpha.shape, np.float32)
    sums = np.zeros(alpha.shape, np.float32)
    for number, place in enumerate(blocks):
        share = progress.part(number / len(blocks), (number + 1) / len(blocks))
        share(0.0)
        weight = _weights(*alpha[place].shape)
        found = _solve_block(tools, rgb[place].astype(np.float64), alpha[place], unsure[place], share)
        sums[place] += found * weight
        weights[place] += weight
    result[unsure] = sums[unsure] / np.maximum(weights[unsure], 1e-9)
    return np.clip(result, 0, 1)


def _blocks(unsure: Flags) -> list[tuple[slice, slice]]:
    height, width = unsure.shape
    found = []
    for top in range(0, height, BLOCK):
        for left in range(0, width, BLOCK):
            if unsure[top : top + BLOCK, left : left + BLOCK].any():
                rows = slice(max(0, top - MARGIN), min(height, top + BLOCK + MARGIN))
                found.append((rows, slice(max(0, left - MARGIN), min(width, left + BLOCK + MARGIN))))
    return found


def _weights(height: int, width: int) -> Floats:
    """High in the middle of a block, nearly nothing at its rim, where its neighbours know more."""
    across = np.minimum(np.arange(width) + 1, width - np.arange(width)) / MARGIN
    down = np.minimum(np.arange(height) + 1, height - np.arange(height)) / MARGIN
    return np.minimum(np.outer(np.minimum(down, 1), np.minimum(across, 1)) + 1e-4, 1).astype(np.float32)


def _solve_block(tools: Solvers, rgb: NDArray[Any], alpha: Floats, unsure: Flags, progress: Progress) -> Floats:
    """Alpha of one block: known pixels stand on the right side, so the system has only the unknown ones."""
    if not unsure.any() or min(alpha.shape) < 3:
        return alpha
    known = ~unsure
    matrix = tools.laplacian(rgb, epsilon=EPSILON, is_known=known)
    unknown = np.flatnonzero(unsure)
    rows = matrix[unknown]
    system = rows[:, unknown]
    # A little of the first guess keeps a block solvable whose band touches no known pixel.
    anchor = 1e-4
    system.setdiag(system.diagonal() + anchor)
    values = alpha.ravel().astype(np.float64)
    right = anchor * values[unknown] - rows[:, np.flatnonzero(known)] @ values[known.ravel()]

    def step(*_: Any) -> None:
        progress.check()

    progress.check()
    preconditioner = _preconditioner(tools, system)
    progress.check()
    found = tools.conjugate_gradients(
        system, right, x0=values[unknown], rtol=TOLERANCE, maxiter=MOST_STEPS, callback=step, M=preconditioner
    )
    result = alpha.copy()
    result[unsure] = np.clip(found, 0, 1)
    return result


def _preconditioner(tools: Solvers, system: Any) -> Any:
    """Incomplete Cholesky; by the diagonal alone where that would fill up, as it may in noise."""
    count = system.shape[0]
    try:
        return tools.preconditioner(
            system, discard_threshold=1e-3, shifts=SHIFTS, max_nnz=300 * count + (1 << 16)
        )
    except ValueError:
        diagonal = np.maximum(system.diagonal(), 1e-12)
        return lambda residual: residual / diagonal
