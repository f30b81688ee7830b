// What is the same for every object of one picture. Laid out by render/scene/frame.py.
layout(std140) uniform Frame {
    mat4 view_projection;
    mat4 inverse_view_projection;
    mat4 shadow_matrix;
    vec4 camera;          // xyz: eye, or direction towards the eye; w: 1 for perspective, 0 for orthographic
    vec4 sun_direction;   // xyz: towards the sun; w: 1 when it throws shadows
    vec4 sun_color;       // rgb: irradiance; w: width of a shadow texel in metres
    vec4 harmonics[9];
    vec4 environment;     // intensity, cos rotation, sin rotation, highest mip level
    vec4 output_settings; // exposure, tone mapping (0 none, 1 neutral, 2 filmic), background blur, light count
    vec4 background;      // straight colour, linear as seen
    vec4 light_place[8];  // xyz; w: 0 point, 1 spot, 2 directional
    vec4 light_color[8];  // rgb; w: 1 / reach, 0 for endless
    vec4 light_axis[8];   // xyz: where it shines
    vec4 light_cone[8];   // scale and offset of the cone
};
