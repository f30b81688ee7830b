"""Framebuffers: a multisampled one to draw into, plain ones to read from. They are kept while the size stays."""

from dataclasses import dataclass

from render.scene.errors import SceneRenderError
from render.scene.gl import gl


@dataclass(frozen=True)
class Target:
    """A framebuffer, the texture to read it by (0 where it must be resolved first) and what it is made of."""

    framebuffer: int
    texture: int
    renderbuffers: tuple[int, ...]
    textures: tuple[int, ...]

    def release(self) -> None:
        gl.glDeleteFramebuffers(1, [self.framebuffer])
        if self.renderbuffers:
            gl.glDeleteRenderbuffers(len(self.renderbuffers), list(self.renderbuffers))
        if self.textures:
            gl.glDeleteTextures(len(self.textures), list(self.textures))


def multisampled(width: int, height: int, color_format: int, samples: int) -> Target:
    framebuffer = _begin()
    most = int(gl.glGetIntegerv(gl.GL_MAX_SAMPLES))
    color = _renderbuffer(width, height, color_format, min(samples, most))
    depth = _renderbuffer(width, height, gl.GL_DEPTH_COMPONENT32F, min(samples, most))
    gl.glFramebufferRenderbuffer(gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_RENDERBUFFER, color)
    gl.glFramebufferRenderbuffer(gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_RENDERBUFFER, depth)
    _finish()
    return Target(framebuffer, 0, (color, depth), ())


def plain(width: int, height: int, color_format: int, with_depth: bool) -> Target:
    """One texture, read pixel by pixel, and its own depth where asked for."""
    framebuffer = _begin()
    texture = _texture(width, height, color_format)
    gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_TEXTURE_2D, texture, 0)
    renderbuffers: tuple[int, ...] = ()
    if with_depth:
        renderbuffers = (_renderbuffer(width, height, gl.GL_DEPTH_COMPONENT32F, 0),)
        gl.glFramebufferRenderbuffer(
            gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_RENDERBUFFER, renderbuffers[0]
        )
    _finish()
    return Target(framebuffer, texture, renderbuffers, (texture,))


def depth_map(size: int) -> Target:
    """A square of depths that the shader compares against (sampler2DShadow); outside it everything is lit."""
    framebuffer = _begin()
    texture = int(gl.glGenTextures(1))
    gl.glBindTexture(gl.GL_TEXTURE_2D, texture)
    gl.glTexImage2D(
        gl.GL_TEXTURE_2D, 0, gl.GL_DEPTH_COMPONENT32F, size, size, 0, gl.GL_DEPTH_COMPONENT, gl.GL_FLOAT, None
    )
    for name, value in (
        (gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR),
        (gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR),
        (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE),
        (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
        (gl.GL_TEXTURE_COMPARE_MODE, gl.GL_COMPARE_REF_TO_TEXTURE),
        (gl.GL_TEXTURE_COMPARE_FUNC, gl.GL_LEQUAL),
    ):
        gl.glTexParameteri(gl.GL_TEXTURE_2D, name, value)
    gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_TEXTURE_2D, texture, 0)
    gl.glDrawBuffer(gl.GL_NONE)
    gl.glReadBuffer(gl.GL_NONE)
    _finish()
    return Target(framebuffer, texture, (), (texture,))


def _begin() -> int:
    framebuffer = int(gl.glGenFramebuffers(1))
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
    gl.glActiveTexture(gl.GL_TEXTURE0)
    gl.glBindSampler(0, 0)
    return framebuffer


def _texture(width: int, height: int, color_format: int) -> int:
    layouts = {
        gl.GL_RGBA16F: (gl.GL_RGBA, gl.GL_FLOAT),
        gl.GL_SRGB8_ALPHA8: (gl.GL_RGBA, gl.GL_UNSIGNED_BYTE),
        gl.GL_RGBA8: (gl.GL_RGBA, gl.GL_UNSIGNED_BYTE),
        gl.GL_RG8: (gl.GL_RG, gl.GL_UNSIGNED_BYTE),
        gl.GL_R32UI: (gl.GL_RED_INTEGER, gl.GL_UNSIGNED_INT),
    }
    layout, kind = layouts[color_format]
    texture = int(gl.glGenTextures(1))
    gl.glBindTexture(gl.GL_TEXTURE_2D, texture)
    gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, color_format, width, height, 0, layout, kind, None)
    gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST)
    gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST)
    return texture


def _renderbuffer(width: int, height: int, inner: int, samples: int) -> int:
    name = int(gl.glGenRenderbuffers(1))
    gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, name)
    gl.glRenderbufferStorageMultisample(gl.GL_RENDERBUFFER, samples, inner, width, height)
    return name


def _finish() -> None:
    status = gl.glCheckFramebufferStatus(gl.GL_FRAMEBUFFER)
    if status != gl.GL_FRAMEBUFFER_COMPLETE:
        raise SceneRenderError("The graphics card could not make a picture of this size.")
