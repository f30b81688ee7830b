// From light to what a screen shows, still linear.
// Neutral: Khronos PBR Neutral tone mapper specification. Filmic: ACES fit by Stephen Hill.
vec3 tone_neutral(vec3 color) {
    const float start = 0.8 - 0.04;
    const float desaturation = 0.15;
    float low = min(color.r, min(color.g, color.b));
    float offset = low < 0.08 ? low - 6.25 * low * low : 0.04;
    color -= offset;
    float peak = max(color.r, max(color.g, color.b));
    if (peak < start) return color;
    float room = 1.0 - start;
    float new_peak = 1.0 - room * room / (peak + room - start);
    color *= new_peak / peak;
    float grey = 1.0 - 1.0 / (desaturation * (peak - new_peak) + 1.0);
    return mix(color, vec3(new_peak), grey);
}

vec3 tone_filmic(vec3 color) {
    const mat3 into = mat3(0.59719, 0.07600, 0.02840, 0.35458, 0.90834, 0.13383, 0.04823, 0.01566, 0.83777);
    const mat3 outof = mat3(1.60475, -0.10208, -0.00327, -0.53108, 1.10813, -0.07276, -0.07367, -0.00605, 1.07602);
    color = into * (color / 0.6);
    vec3 a = color * (color + 0.0245786) - 0.000090537;
    vec3 b = color * (0.983729 * color + 0.4329510) + 0.238081;
    return clamp(outof * (a / b), 0.0, 1.0);
}

vec3 tone_mapped(vec3 light) {
    vec3 color = max(light * output_settings.x, vec3(0.0));
    if (output_settings.y == 1.0) return tone_neutral(color);
    if (output_settings.y == 2.0) return tone_filmic(color);
    return min(color, vec3(1.0));
}
