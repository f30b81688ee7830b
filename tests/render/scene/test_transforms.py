"""Matrices, quaternions, framing and built-in shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.scene import environment, framing, shapes, transforms

numbers = st.floats(-10, 10)
factors = st.floats(0.1, 10)
quaternions = st.tuples(numbers, numbers, numbers, numbers).filter(lambda q: np.linalg.norm(q) > 0.1)


@given(st.tuples(numbers, numbers, numbers), quaternions, st.tuples(factors, factors, factors))
def test_compose_and_decompose_are_inverse(offset, quaternion, scale) -> None:
    matrix = transforms.compose(offset, quaternion, scale)
    again = transforms.compose(*transforms.decompose(matrix))
    assert np.allclose(matrix, again, atol=1e-6)


@given(quaternions, quaternions)
def test_quaternion_product_is_matrix_product(a, b) -> None:
    product = transforms.quaternion_matrix(a) @ transforms.quaternion_matrix(b)
    assert np.allclose(product, transforms.quaternion_matrix(transforms.multiplied(a, b)), atol=1e-9)


def test_odd_matrices_decompose_to_something_finite() -> None:
    for matrix in (np.zeros((4, 4)), np.full((4, 4), np.nan)):
        assert np.isfinite(transforms.decompose(matrix)[1]).all()


@pytest.mark.parametrize("name", shapes.SHAPES)
def test_faces_look_outwards(name: str) -> None:
    mesh = shapes.SHAPES[name]()
    corners = mesh.positions[mesh.indices].reshape(-1, 3, 3).astype(float)
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal = mesh.normals[mesh.indices].reshape(-1, 3, 3).mean(axis=1)
    assert ((face * normal).sum(axis=1) >= -1e-9).all()
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)


@given(st.tuples(numbers, numbers, numbers), st.tuples(factors, factors, factors), st.floats(0.3, 3))
def test_framing_holds_every_corner(low, size, aspect) -> None:
    box = np.array([low, np.add(low, size)])
    camera = framing.framing_camera(box, aspect)
    lens = framing.lens(camera, aspect, box)
    pixels = framing.project(lens, transforms.box_corners(*box), 1000, 1000)
    assert (pixels > 0).all()
    assert (pixels < 1000).all()
    assert framing.visible(box[None], lens.view_projection).all()


def test_ray_and_projection_agree() -> None:
    camera = framing.framing_camera(None, 1.5)
    lens = framing.lens(camera, 1.5, np.array([[-1.0, -1, -1], [1, 1, 1]]))
    ray = framing.pixel_ray(lens, 200, 100, 600, 400)
    point = ray.origin + 0.7 * ray.direction
    assert np.allclose(framing.project(lens, point[None], 600, 400), [[200, 100]], atol=1e-6)


def test_even_light_stays_even() -> None:
    probe = environment.probe(environment.Environment(np.full((32, 64, 3), 2.0, np.float32), "even"))
    assert np.allclose(probe.harmonics[0] * 0.282095, 2.0, atol=0.01)
    assert np.allclose(probe.harmonics[1:], 0, atol=0.01)
    assert all(np.allclose(level, 2.0, atol=1e-3) for level in probe.cube_levels)
