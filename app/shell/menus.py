"""What stands in which menu. A name with "@" is a command of the editor, "-" a line; a family's menus show for it only.

A command that a family does not register is left out, so that no entry does nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Menu:
    """`family` "" shows always."""

    label: str
    entries: tuple[str, ...]
    family: str = ""


MENUS = (
    Menu("File", (
        "file.new", "file.new_from_template", "file.open", "recent", "file.sample", "-", "file.import", "file.export",
        "library.update_links", "library.credits", "-",
        "file.version", "file.copy", "file.recipe", "template.save", "-",
        "file.start", "file.close_project", "file.quit",
    )),
    Menu("Edit", (
        "edit.undo", "edit.redo", "-", "edit.delete", "edit.select_none", "-", "edit.swap_colors",
        "edit.default_colors", "-", "preset.save", "template.mark", "document.formats", "document.check_brand", "-",
        "edit.rename_document", "edit.delete_document", "-", "edit.palette",
        "edit.shortcuts", "edit.preferences",
    )),
    Menu("Image", (
        "@raster.resize_document", "@raster.set_canvas_size", "@raster.crop", "-", "@raster.flatten",
    ), "raster"),
    Menu("Layer", (
        "@raster.add_layer", "@raster.add_group", "@raster.duplicate_layers", "@raster.group_layers",
        "@raster.ungroup", "@raster.merge_down", "-", "@raster.add_adjustment", "edit.color_lookup", "@raster.add_mask",
        "@raster.apply_mask", "-", "@raster.add_embed",
    ), "raster"),
    Menu("Select", (
        "@raster.select_all", "@raster.deselect", "@raster.invert_selection", "-", "@raster.fill", "@raster.clear",
    ), "raster"),
    Menu("Object", (
        "@vector.duplicate", "@vector.group", "@vector.ungroup", "@vector.reorder", "-", "@vector.align",
        "@vector.distribute", "@vector.boolean", "@vector.convert_to_path", "-", "@vector.move", "@vector.scale",
        "@vector.rotate", "@vector.reset_transform", "-", "@vector.set_fill", "@vector.set_stroke",
        "@vector.remove_stroke", "@vector.set_opacity", "@vector.set_blend", "-", "@vector.add_embed",
    ), "vector"),
    Menu("Page", (
        "@vector.add_page", "@vector.duplicate_page", "@vector.set_page", "@vector.delete_page",
    ), "vector"),
    Menu("Clip", (
        "@video.split_at", "@video.delete_clips", "@video.ripple_delete", "@video.close_gap", "-",
        "@video.add_dissolve",
        "@video.set_fades", "@video.set_opacity", "@video.set_volume", "@video.set_placement", "-",
        "edit.color_lookup", "@video.remove_lookup", "-",
        "@video.enable_clips", "@video.link_clips",
    ), "video"),
    Menu("Timeline", (
        "@video.add_track", "@video.remove_track", "-", "@video.add_embed", "@video.add_color", "@video.add_caption",
        "-",
        "@video.set_marker", "-", "@video.set_size",
    ), "video"),
    Menu("Scene", (
        "@scene.add_shape", "@scene.add_lamp", "@scene.add_camera", "@scene.add_group", "@scene.add_material", "-",
        "@scene.duplicate", "@scene.set_on_ground", "-", "@scene.assign_material", "@scene.use_texture", "-",
        "@scene.set_environment", "@scene.set_sun", "@scene.set_background", "@scene.set_camera",
    ), "scene"),
    Menu("AI", ("ai.repeat", "-", "ai_tools", "-", "ai.find_pictures", "-", "ai.models", "ai.train")),
    Menu("View", (
        "view.zoom_in", "view.zoom_out", "view.fit", "view.actual", "view.upright", "-", "view.pixel_grid",
        "view.values_only", "-", "view.next_document", "view.previous_document", "-", "view.full_screen",
    )),
    Menu("Window", (
        "panels", "library.catalogues", "window.template", "window.kits", "window.packs",
        "window.queue", "window.farm", "-",
        "view.panels", "view.reset_panels", "-",
        "view.light_theme",
    )),
    Menu("Help", ("edit.palette", "edit.shortcuts", "-", "help.reports", "help.about")),
)  # fmt: skip

COMMAND_SHORTCUTS = {
    "raster.add_layer": "Ctrl+Shift+N",
    "raster.duplicate_layers": "Ctrl+J",
    "raster.group_layers": "Ctrl+G",
    "raster.ungroup": "Ctrl+Shift+G",
    "raster.select_all": "Ctrl+A",
    "raster.deselect": "Ctrl+D",
    "raster.invert_selection": "Ctrl+Shift+I",
    "raster.fill": "Shift+F5",
    "vector.group": "Ctrl+G",
    "vector.ungroup": "Ctrl+Shift+G",
    "vector.duplicate": "Ctrl+J",
    "video.split_at": "Ctrl+B",
    "video.ripple_delete": "Shift+Delete",
    "video.set_marker": "M",
    "scene.duplicate": "Shift+D",
}
"""Keys of commands, as Photoshop, Illustrator, Premiere and Blender have them."""
