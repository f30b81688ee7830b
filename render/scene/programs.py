"""Shader programs, compiled when first needed: one for each set of switches, because software OpenGL pays for every
texture read that stands in a shader, taken or not."""

from functools import cache
from pathlib import Path

from render.scene.errors import SceneRenderError
from render.scene.gl import gl

FOLDER = Path(__file__).parents[2] / "resources" / "shaders" / "scene"
HEADER = "#version 330 core\n"
FRAME_BINDING, SURFACE_BINDING = 0, 1
SAMPLERS = {
    "base_image": 0,
    "metal_image": 1,
    "normal_image": 2,
    "occlusion_image": 3,
    "emissive_image": 4,
    "coat_image": 5,
    "coat_roughness_image": 6,
    "coat_normal_image": 7,
    "environment_cube": 8,
    "brdf_table": 9,
    "shadow_map": 10,
    "picture": 0,
    "selection": 1,
}


@cache
def shader_text(name: str) -> str:
    try:
        return (FOLDER / name).read_text(encoding="utf-8")
    except OSError as error:
        raise SceneRenderError(f"The shader {name} is missing from this installation.") from error


class Program:
    """One linked program; uniforms are looked up once."""

    def __init__(self, vertex: str, fragment: str, includes: tuple[str, ...], switches: frozenset[str]) -> None:
        prefix = HEADER + "".join(f"#define {switch}\n" for switch in sorted(switches))
        prefix += "".join(shader_text(include) for include in includes)
        shaders = [
            _compiled(gl.GL_VERTEX_SHADER, prefix + shader_text(vertex), vertex),
            _compiled(gl.GL_FRAGMENT_SHADER, prefix + shader_text(fragment), fragment),
        ]
        self.name: int = gl.glCreateProgram()
        for shader in shaders:
            gl.glAttachShader(self.name, shader)
        gl.glLinkProgram(self.name)
        if not gl.glGetProgramiv(self.name, gl.GL_LINK_STATUS):
            raise SceneRenderError(f"The graphics driver refused a shader ({fragment}): {_log(self.name, True)}")
        for shader in shaders:
            gl.glDeleteShader(shader)
        self._places: dict[str, int] = {}
        self._bind_fixed()

    def _bind_fixed(self) -> None:
        gl.glUseProgram(self.name)
        for block, binding in (("Frame", FRAME_BINDING), ("Surface", SURFACE_BINDING)):
            index = gl.glGetUniformBlockIndex(self.name, block)
            if index != gl.GL_INVALID_INDEX:
                gl.glUniformBlockBinding(self.name, index, binding)
        for sampler, unit in SAMPLERS.items():
            place = gl.glGetUniformLocation(self.name, sampler)
            if place >= 0:
                gl.glUniform1i(place, unit)

    def place(self, uniform: str) -> int:
        if uniform not in self._places:
            self._places[uniform] = gl.glGetUniformLocation(self.name, uniform)
        return self._places[uniform]

    def use(self) -> None:
        gl.glUseProgram(self.name)


def _compiled(kind: int, source: str, name: str) -> int:
    shader: int = gl.glCreateShader(kind)
    gl.glShaderSource(shader, source)
    gl.glCompileShader(shader)
    if not gl.glGetShaderiv(shader, gl.GL_COMPILE_STATUS):
        raise SceneRenderError(f"The graphics driver refused a shader ({name}): {_log(shader, False)}")
    return shader


def _log(name: int, linked: bool) -> str:
    log = gl.glGetProgramInfoLog(name) if linked else gl.glGetShaderInfoLog(name)
    return (log.decode(errors="replace") if isinstance(log, bytes) else str(log)).strip()[:300]


class Programs:
    """The programs of one context."""

    def __init__(self) -> None:
        self._programs: dict[tuple[str, frozenset[str]], Program] = {}

    def surface(self, switches: frozenset[str]) -> Program:
        return self._get("surface.frag", "surface.vert", switches | {"SHADED"}, ("frame.glsl", "tone.glsl"))

    def depth(self) -> Program:
        return self._get("depth.frag", "surface.vert", frozenset({"DEPTH_ONLY"}), ())

    def numbered(self, fragment: str) -> Program:
        """`number.frag` for picking, `mask.frag` for the outline; both take a plain matrix."""
        return self._get(fragment, "surface.vert", frozenset({"DEPTH_ONLY", "NUMBERED"}), ())

    def screen(self, fragment: str) -> Program:
        return self._get(fragment, "screen.vert", frozenset(), ("frame.glsl", "tone.glsl"))

    def overlay(self) -> Program:
        return self._get("overlay.frag", "overlay.vert", frozenset(), ())

    def _get(self, fragment: str, vertex: str, switches: frozenset[str], includes: tuple[str, ...]) -> Program:
        key = (fragment, switches)
        if key not in self._programs:
            self._programs[key] = Program(vertex, fragment, includes, switches)
        return self._programs[key]

    def release(self) -> None:
        for program in self._programs.values():
            gl.glDeleteProgram(program.name)
        self._programs.clear()
