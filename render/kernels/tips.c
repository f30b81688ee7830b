/* Dabs of a sampled tip: a picture, scaled and turned, onto the growing coverage of a stroke. Where each pixel of the
   plane falls in the picture is an affine map; Halide gathers no faster, and here a row's pixels outside the picture
   are never visited.

   A picture stands inside a margin of one empty pixel, so that its rim fades over a pixel and no read leaves it. */

#include <math.h>
#include <stdint.h>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED
#endif

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

typedef struct {
    const uint8_t *picture;        /* coverage, or premultiplied red, green, blue, alpha; with the margin */
    double s, t;                   /* where the centre of the first pixel falls in the picture, in its pixels */
    double s_across, t_across;     /* the step from column to column */
    double s_down, t_down;         /* and from row to row */
    float flow, cap;
    int32_t width, height;         /* of the picture, with the margin */
} tip_stamp;

/* Columns whose place is within [0, limit). */
static void clip(double at, double step, double limit, int32_t *first, int32_t *last) {
    if (fabs(step) < 1e-12) {
        if (at < 0 || at >= limit) *last = *first;
        return;
    }
    double low = -at / step, high = (limit - at) / step;
    if (low > high) {
        double other = low;
        low = high;
        high = other;
    }
    if (low > *first) *first = low >= *last ? *last : (int32_t)ceil(low);
    if (high < *last) *last = high <= *first ? *first : (int32_t)ceil(high);
}

typedef struct {
    const uint8_t *at;
    float right, below; /* shares of the neighbours */
} tap;

static inline tap find(const tip_stamp *stamp, double s, double t, int channels) {
    int32_t column = (int32_t)s, row = (int32_t)t;
    column = column < 0 ? 0 : column > stamp->width - 2 ? stamp->width - 2 : column; /* rounding at the very rim */
    row = row < 0 ? 0 : row > stamp->height - 2 ? stamp->height - 2 : row;
    tap found = {stamp->picture + ((int64_t)row * stamp->width + column) * channels, (float)(s - column),
                 (float)(t - row)};
    return found;
}

static inline float mix(const tip_stamp *stamp, tap here, int channels, int channel) {
    const uint8_t *above = here.at + channel, *below = above + (int64_t)stamp->width * channels;
    float top = above[0] + here.right * ((float)above[channels] - above[0]);
    float low = below[0] + here.right * ((float)below[channels] - below[0]);
    return (top + here.below * (low - top)) * (1.0f / 255.0f);
}

static void columns(const tip_stamp *stamp, double s, double t, int32_t *first, int32_t *last) {
    clip(s, stamp->s_across, stamp->width - 1, first, last);
    clip(t, stamp->t_across, stamp->height - 1, first, last);
}

/* coverage becomes coverage + max(cap - coverage, 0) * flow * tip; `channel` 3 of 4 is a coloured tip's alpha. */
EXPORTED void atelier_stamp(const tip_stamp *stamp, float *coverage, int64_t stride, int32_t width, int32_t height,
                            int32_t channels) {
    for (int32_t y = 0; y < height; y++) {
        double s = stamp->s + y * stamp->s_down, t = stamp->t + y * stamp->t_down;
        int32_t first = 0, last = width;
        columns(stamp, s, t, &first, &last);
        float *line = coverage + y * stride;
        for (int32_t x = first; x < last; x++) {
            tap here = find(stamp, s + x * stamp->s_across, t + x * stamp->t_across, channels);
            float room = stamp->cap - line[x];
            if (room > 0) line[x] += room * stamp->flow * mix(stamp, here, channels, channels - 1);
        }
    }
}

/* The same with the tip's own colours: `painted` holds straight red, green, blue and coverage. The new colour weighs
   what the dab would cover against what stands there, so that painting over paint covers it even at the cap. */
EXPORTED void atelier_stamp_colours(const tip_stamp *stamp, float *painted, int64_t stride, int32_t width,
                                    int32_t height) {
    for (int32_t y = 0; y < height; y++) {
        double s = stamp->s + y * stamp->s_down, t = stamp->t + y * stamp->t_down;
        int32_t first = 0, last = width;
        columns(stamp, s, t, &first, &last);
        for (int32_t x = first; x < last; x++) {
            tap here = find(stamp, s + x * stamp->s_across, t + x * stamp->t_across, 4);
            float alpha = mix(stamp, here, 4, 3);
            float share = stamp->flow * alpha;
            float *pixel = painted + y * stride + 4 * (int64_t)x;
            float before = pixel[3], laid = share * stamp->cap;
            if (laid <= 0) continue;
            float weight = laid / (before * (1 - share) + laid);
            for (int channel = 0; channel < 3; channel++) {
                float colour = mix(stamp, here, 4, channel) / alpha;
                pixel[channel] += weight * (colour - pixel[channel]);
            }
            if (stamp->cap > before) pixel[3] = before + (stamp->cap - before) * share;
        }
    }
}
