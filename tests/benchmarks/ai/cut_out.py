"""How well subjects are cut out and objects selected: `python -m tests.benchmarks.ai.cut_out [--model FILE ...]`.

Truth is the alpha of `composites.py`. IoU at one half, SAD (the sum of what alpha is off, in thousands of pixels) and
MSE; seconds a megapixel; then a photograph of twelve megapixels through the whole tool, with the memory it took.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.matting.network import network_alpha
from ml.matting.refine import refined
from ml.matting.subject import cut_subject
from ml.progress import SILENT
from ml.runtime.runtime import Runtime
from ml.segmentation.grabcut import LARGEST, object_mask
from ml.segmentation.prompts import Prompts
from tests.benchmarks.ai.composites import Composite, composites

Floats = NDArray[np.float32]
Method = Callable[[Composite], Floats]
LARGE = (4000, 3000)


@dataclass
class Score:
    """What one method did over all pictures."""

    iou: list[float] = field(default_factory=list)
    sad: list[float] = field(default_factory=list)
    mse: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, alpha: Floats, truth: Floats, seconds: float) -> None:
        found, known = alpha > 0.5, truth > 0.5
        self.iou.append(float((found & known).sum() / max(1, int((found | known).sum()))))
        self.sad.append(float(np.abs(alpha - truth).sum()) / 1000)
        self.mse.append(float(np.square(alpha - truth).mean()))
        self.seconds.append(seconds / (truth.size / 1e6))

    def line(self, name: str) -> str:
        iou = np.array(self.iou)
        return (
            f"{name:<44} {iou.mean():.3f} {np.median(iou):.3f} {np.mean(iou > 0.9):>6.0%} {np.mean(self.sad):>7.1f} "
            f"{np.mean(self.mse):.4f} {np.median(self.seconds):>7.2f}"
        )


def by_default(picture: Composite) -> Floats:
    """Background removal without a model, as the tool does it; a subject that is not clear counts as well."""
    return refined(picture.rgb, cut_subject(picture.rgb, (), SILENT).mask.astype(np.float32), SILENT)


def by_network(model: InstalledModel, runtime: Runtime) -> Method:
    """Its answer brought to the picture's edges, as the tool does it."""

    def method(picture: Composite) -> Floats:
        return refined(picture.rgb, network_alpha(model, runtime, picture.rgb, SILENT), SILENT)

    return method


def by_box(picture: Composite) -> Floats:
    left, top, right, bottom = (int(side) for side in picture.box)
    margin = max(16, round(0.25 * max(right - left, bottom - top)))
    rows = slice(max(0, top - margin), min(picture.alpha.shape[0], bottom + margin))
    columns = slice(max(0, left - margin), min(picture.alpha.shape[1], right + margin))
    whole = np.zeros_like(picture.alpha)
    prompts = Prompts(box=picture.box).moved(columns.start, rows.start, 1.0)
    whole[rows, columns] = _selected(np.ascontiguousarray(picture.rgb[rows, columns]), prompts)
    return whole


def by_click(picture: Composite) -> Floats:
    return _selected(picture.rgb, Prompts(inside=(picture.click,)))


def _selected(rgb: Floats, prompts: Prompts) -> Floats:
    scale = min(1.0, (LARGEST / (rgb.shape[0] * rgb.shape[1])) ** 0.5)
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    try:
        mask = object_mask(np.asarray(small, np.float32), prompts.moved(0, 0, scale), SILENT)
    except ModelError:
        return np.zeros(rgb.shape[:2], np.float32)
    return refined(rgb, mask.astype(np.float32), SILENT)


def compare(corpora: Path, models: list[Path], every: int) -> None:
    """Print a line a method and kind of backdrop."""
    with Runtime() as runtime:
        methods: dict[str, Method] = {"remove_background, default": by_default}
        for path in models:
            model = InstalledModel(path.stem, "matting", {"model": path}, "")
            methods[f"remove_background, {path.stem}"] = by_network(model, runtime)
        methods |= {"select_object, box": by_box, "select_object, one click": by_click}
        scores = {(name, kind): Score() for name in methods for kind in ("sharp", "soft")}
        pictures = [item for number, item in enumerate(composites(corpora)) if number % every in (0, 1)]
        refined(pictures[0].rgb, pictures[0].alpha, SILENT)  # compiles
        for picture in pictures:
            for name, method in methods.items():
                began = time.perf_counter()
                alpha = method(picture)
                scores[name, picture.kind].add(alpha, picture.alpha, time.perf_counter() - began)
    print(f"{len(pictures)} composites of {pictures[0].alpha.size / 1e6:.2f} MP")
    print(f"{'method, backdrop':<44} IoU   median  > 0.9   SAD/k  MSE     s/MP")
    for (name, kind), score in scores.items():
        print(score.line(f"{name}, {kind}"))


def large(corpora: Path, tool: str, model: Path | None) -> None:
    """One tool on a photograph enlarged to twelve megapixels, in this process: time and what memory it added."""
    from editor.base.jobs import Progress
    from editor.commands.registry import run
    from editor.document.project import Project
    from editor.workflows.ai.pictures import Picture, put_layer
    from editor.workflows.ai.run import run_tool
    from editor.workflows.ai.tool import TOOLS, Request, load_tools
    from ml.catalogue.store import ModelStore

    load_tools()
    photo = cv2.imread(str(corpora / "photos/scikit-image+scikit-image/src/_skimage2/data/astronaut.png"))
    rgb = cv2.resize(photo[..., ::-1], LARGE, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=LARGE[0], height=LARGE[1], background=None)
    put_layer(project, document, Picture(np.dstack([rgb, np.ones(rgb.shape[:2], np.float32)])), "Photo")
    del rgb, photo
    more = {"points": ((1800.0, 900.0, True),)} if tool == "select_object" else {}
    task = "segmentation" if tool == "select_object" else "matting"
    installed = InstalledModel(model.stem, task, {"model": model}, "") if model else None
    before, began, used = _resident(), time.perf_counter(), _processor_seconds()
    with Runtime() as runtime:
        store = ModelStore(Path("nowhere"))
        request = Request(project, document, (), TOOLS[tool].options(**more), runtime, store, installed)
        run_tool(TOOLS[tool], request, Progress())
    seconds = time.perf_counter() - began
    peak = _peak()
    used = _processor_seconds() - used
    print(f"{tool}, {model.stem if model else 'default'}: 12 MP in {seconds:.1f} s, {seconds / 12:.2f} s/MP, "
          f"{used:.1f} s of processor time, peak {peak} MB, {before} MB before")


def _peak() -> int:
    """Megabytes at the highest. What `getrusage` says begins with the parent's, so the kernel's own count first."""
    status = Path("/proc/self/status")
    if status.is_file():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _processor_seconds() -> float:
    """Of this process and of workers that have ended: what a machine busy with other things does not stretch."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss >> 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, action="append", default=[], help="an ONNX file for cutting out")
    parser.add_argument("--every", type=int, default=2, help="of so many composites, two")
    parser.add_argument("--large", choices=("remove_background", "select_object"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    corpora = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
    if arguments.large:
        large(corpora, arguments.large, next(iter(arguments.model), None))
        return
    compare(corpora, arguments.model, arguments.every)
    for tool, models in (("remove_background", [None, *arguments.model]), ("select_object", [None])):
        for model in models:  # each in a process of its own, so that peaks do not add up
            told = ["--model", str(model)] if model else []
            call = [sys.executable, "-m", "tests.benchmarks.ai.cut_out", "--large", tool, *told]
            subprocess.run(call, check=True)


if __name__ == "__main__":
    main()
