"""Pictures of small scenes, checked by what must be true of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render.scene import environment, framing, shapes, transforms
from render.scene.errors import SceneRenderError
from render.scene.offscreen import OffscreenRenderer
from render.scene.values import Camera, Image, Instance, Material, Mesh, Scene, Sun, Texture, View

WHITE = Material(base_color=(1, 1, 1, 1), metallic=0.0, roughness=1.0)
FLAT = Material(base_color=(1, 0, 0, 1), unlit=True)
FRONT = Camera(transforms.look_at(transforms.vector(0, 0, 3), transforms.vector(0, 0, 0)), field_of_view_y=0.8)


def even_light(level: float = 1.0) -> environment.Environment:
    return environment.Environment(np.full((16, 32, 3), level, np.float32), f"even {level}")


def view(camera: Camera = FRONT, **settings) -> View:
    return replace(View(camera, 64, 64, tone_mapping="none"), **settings)


def test_unlit_color_is_exact_and_background_is_clear(offscreen: OffscreenRenderer) -> None:
    picture = offscreen.read(Scene((Instance(shapes.cube(), FLAT),)), view())
    assert picture[32, 32].tolist() == [255, 0, 0, 255]
    assert picture[0, 0].tolist() == [0, 0, 0, 0]


def test_edges_are_smooth_and_premultiplied(offscreen: OffscreenRenderer) -> None:
    picture = offscreen.read(Scene((Instance(shapes.sphere(), FLAT),)), view())
    partial = picture[(picture[..., 3] > 0) & (picture[..., 3] < 255)]
    assert len(partial) > 20
    assert abs(partial[:, 0].astype(int) - partial[:, 3]).max() <= 1


@pytest.mark.parametrize("roughness", [0.05, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("metallic", [0.0, 1.0])
def test_white_furnace(offscreen: OffscreenRenderer, roughness: float, metallic: float) -> None:
    """In even light a surface that absorbs nothing cannot be told from the background."""
    material = replace(WHITE, roughness=roughness, metallic=metallic)
    scene = Scene((Instance(shapes.sphere(), material),), even_light(0.5))
    picture = offscreen.read(scene, view())
    expected = 255 * (1.055 * 0.5 ** (1 / 2.4) - 0.055)
    assert abs(float(picture[32, 32, 0]) - expected) < 6
    rim = picture[picture[..., 3] == 255][:, 0].astype(float)
    assert rim.min() > expected - 14
    assert rim.max() < expected + 14


def test_sun_of_strength_one_makes_white_white(offscreen: OffscreenRenderer) -> None:
    down = Camera(transforms.look_at(transforms.vector(0, 3, 0), transforms.vector(0, 0, 0)))
    material = replace(WHITE, specular=0.0)
    scene = Scene((Instance(shapes.plane(), material),), None, Sun((0, -1, 0), strength=0.5, shadow=True))
    assert abs(int(offscreen.read(scene, view(down))[32, 32, 0]) - 188) <= 2


def test_shadow_falls_and_nothing_shades_itself(offscreen: OffscreenRenderer) -> None:
    """Under a cube it is dark; the lit floor and the cube's lit sides have no stripes."""
    floor = Instance(shapes.plane(), WHITE, transforms.scaling((10, 1, 10)))
    cube = Instance(shapes.cube(), WHITE, transforms.translation((0, 0.6, 0)))
    camera = Camera(transforms.look_at(transforms.vector(2.0, 4.0, 5.0), transforms.vector(0, 0, 0)))
    sun = Sun((-0.6, -1.0, -0.2), strength=0.8)
    lit = offscreen.read(Scene((floor, cube), even_light(0.05), sun), view(camera, width=256, height=256))
    plain = offscreen.read(
        Scene((floor, cube), even_light(0.05), replace(sun, shadow=False)), view(camera, width=256, height=256)
    )
    darker = (plain[..., 0].astype(int) - lit[..., 0]) > 40
    assert 500 < darker.sum() < 12000
    changed = (plain[..., 0].astype(int) - lit[..., 0]) > 6
    stray = changed & ~darker
    assert stray.sum() < 0.35 * darker.sum()  # the soft border only
    # A curved surface is the usual victim of shadow acne.
    ball = Scene((Instance(shapes.sphere(), WHITE),), even_light(0.05), sun)
    with_shadow = offscreen.read(ball, view(width=256, height=256)).astype(int)
    without = offscreen.read(replace_sun(ball, shadow=False), view(width=256, height=256)).astype(int)
    bright = without[..., 0] > 150
    assert (without - with_shadow)[bright].max() < 24


def replace_sun(scene: Scene, **fields) -> Scene:
    assert scene.sun is not None
    return Scene(scene.instances, scene.environment, replace(scene.sun, **fields), scene.lights)


def test_texture_stands_upright(offscreen: OffscreenRenderer) -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[...] = [[[255, 0, 0, 255], [0, 255, 0, 255]], [[0, 0, 255, 255], [255, 255, 255, 255]]]
    texture = Texture(Image(pixels), wrap_u="clamp", wrap_v="clamp", smooth=False, mipmaps=False)
    material = Material(unlit=True, base_texture=texture)
    picture = offscreen.read(Scene((Instance(shapes.cube(), material),)), view())
    assert picture[24, 24, :3].tolist() == [255, 0, 0]
    assert picture[24, 40, :3].tolist() == [0, 255, 0]
    assert picture[40, 24, :3].tolist() == [0, 0, 255]


@pytest.mark.parametrize("bump", [(255, 128, 128), (0, 128, 128), (128, 255, 128), (128, 0, 128)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_normal_maps_look_alike_with_and_without_tangents(
    offscreen: OffscreenRenderer, bump: tuple[int, int, int], mirrored: bool
) -> None:
    """Red leans along u, green against v (up in the image), as glTF says; the light comes from the right, above."""
    pixels = np.full((4, 4, 4), 255, np.uint8)
    pixels[..., :3] = bump
    u, v = np.array([0, 1, 0, 1], np.float32), np.array([0, 0, 1, 1], np.float32)
    positions = np.stack([u - 0.5, 0.5 - v, 0 * u], axis=1)
    side = -1.0 if mirrored else 1.0
    uv = np.stack([1 - u if mirrored else u, v], axis=1)
    flat = Mesh(positions, np.tile(np.float32([0, 0, 1]), (4, 1)), uv0=uv, indices=np.uint32([0, 2, 1, 1, 2, 3]))
    told = replace(flat, tangents=np.tile(np.float32([side, 0, 0, side]), (4, 1)), key="told")
    material = replace(WHITE, normal_texture=Texture(Image(pixels)))
    sun = Sun((-0.6, -0.6, -0.5), strength=0.8, shadow=False)
    pictures = [
        offscreen.read(Scene((Instance(mesh, material),), even_light(0.1), sun), view())[32, 32, :3].astype(int)
        for mesh in (flat, replace(told, key=told.key + str(mirrored)))
    ]
    assert abs(pictures[0] - pictures[1]).max() <= 2
    leans_right = (bump[0] - 128) * side + (bump[1] - 128)
    assert (pictures[0][0] > 150) == (leans_right > 0)


def test_masked_and_blended_alpha(offscreen: OffscreenRenderer) -> None:
    half = Material(base_color=(1, 1, 1, 0.4), unlit=True)
    masked = offscreen.read(Scene((Instance(shapes.cube(), replace(half, alpha_mode="mask")),)), view())
    assert not masked.any()
    blended = offscreen.read(Scene((Instance(shapes.plane(), replace(half, alpha_mode="blend")),)),
                             view(Camera(transforms.look_at(transforms.vector(0, 3, 0), transforms.vector(0, 0, 0)))))
    assert blended[32, 32].tolist() == [102, 102, 102, 102]


def test_back_faces_are_culled_unless_double_sided(offscreen: OffscreenRenderer) -> None:
    below = Camera(transforms.look_at(transforms.vector(0, -3, 0), transforms.vector(0, 0, 0)))
    assert not offscreen.read(Scene((Instance(shapes.plane(), FLAT),)), view(below)).any()
    both = replace(FLAT, double_sided=True)
    assert offscreen.read(Scene((Instance(shapes.plane(), both),)), view(below))[32, 32, 3] == 255
    mirrored = Instance(shapes.cube(), FLAT, transforms.scaling((-1, 1, 1)))
    near = offscreen.read(Scene((mirrored, Instance(shapes.plane(), FLAT))), view())
    assert near[32, 32, 3] == 255


def test_picking_answers_number_and_place(offscreen: OffscreenRenderer) -> None:
    scene = Scene((
        Instance(shapes.cube(), WHITE, transforms.translation((-0.6, 0, 0)), 7),
        Instance(shapes.cube(), WHITE, transforms.translation((0.6, 0, 0)), 9),
    ))  # fmt: skip
    wide = view(width=200, height=100)
    left = offscreen.run(lambda renderer: renderer.pick(scene, wide, 70, 50))
    right = offscreen.run(lambda renderer: renderer.pick(scene, wide, 130, 50))
    nothing = offscreen.run(lambda renderer: renderer.pick(scene, wide, 100, 5))
    assert (left.number, right.number, nothing.number) == (7, 9, 0)
    assert left.position is not None
    assert left.position[2] == pytest.approx(0.5, abs=0.01)
    assert nothing.position is None


def test_selection_is_outlined_outside_the_object(offscreen: OffscreenRenderer) -> None:
    scene = Scene((Instance(shapes.cube(), FLAT, number=3),))
    picture = offscreen.read(scene, view(selected=frozenset({3}), active=3))
    assert picture[32, 32].tolist() == [255, 0, 0, 255]
    outside = offscreen.read(scene, view())[..., 3] == 0
    assert (picture[outside][:, 3] > 0).sum() > 60


def test_shadow_map_is_kept_while_the_camera_moves(offscreen: OffscreenRenderer) -> None:
    scene = Scene((Instance(shapes.cube(), WHITE),), even_light(), Sun())

    def draws(renderer) -> int:
        before = renderer.shadow_draws
        for x in range(4):
            eye = transforms.vector(x, 1, 3)
            renderer.read(scene, view(Camera(transforms.look_at(eye, transforms.vector(0, 0, 0)))))
        return renderer.shadow_draws - before

    assert offscreen.run(draws) == 1


def test_memory_on_the_card_stays_in_its_budget(offscreen: OffscreenRenderer) -> None:
    def use(renderer) -> int:
        old, renderer.resources.budget = renderer.resources.budget, 300_000
        for count in range(8, 40):
            renderer.read(Scene((Instance(shapes.sphere(count, count), WHITE),)), view())
        size = renderer.resources.size
        renderer.resources.budget = old
        return size

    assert offscreen.run(use) <= 300_000


def test_a_part_of_the_picture_is_cut_from_the_whole(offscreen: OffscreenRenderer) -> None:
    scene = Scene((Instance(shapes.torus(), WHITE),), environment.studio(), Sun())
    whole = view(framing.framing_camera(scene.bounds, 2.0), width=200, height=100, samples=1)
    part = replace(whole, width=60, height=50, crop=(0.25, 0.5, 0.3, 0.5))
    cut = offscreen.read(scene, whole)[50:, 50:110].astype(int)
    difference = abs(offscreen.read(scene, part).astype(int) - cut)
    assert (difference > 3).mean() < 0.01


def test_absurd_sizes_are_refused_in_a_sentence(offscreen: OffscreenRenderer) -> None:
    with pytest.raises(SceneRenderError, match="too large"):
        offscreen.read(Scene(), view(width=100_000))


def test_empty_scene_and_odd_matrices_draw_nothing(offscreen: OffscreenRenderer) -> None:
    flat = Instance(shapes.cube(), WHITE, transforms.scaling((0, 0, 0)))
    broken = Instance(shapes.cube(), WHITE, np.full((4, 4), np.nan))
    picture = offscreen.read(Scene((flat, broken), even_light(), Sun()), view(grid=False))
    assert picture.shape == (64, 64, 4)


def test_grid_and_environment_are_drawn(offscreen: OffscreenRenderer) -> None:
    camera = framing.framing_camera(None)
    assert offscreen.read(Scene(), view(camera, grid=True))[..., 3].any()
    sky = offscreen.read(Scene(environment=environment.sky()), view(camera, show_environment=True))
    assert (sky[..., 3] == 255).all()
    assert sky[0, 32, 2] > sky[63, 32, 2]
