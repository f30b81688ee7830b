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

/* Places in whole numbers with 32 bits behind the point: stepping them costs an addition, and a row's ends say whether
   any of its pixels leaves the picture. */
#define ONE 4294967296.0
#define SHARE(place) ((float)(((place) >> 8) & 0xffffff) * (1.0f / 16777216.0f))

typedef struct {
    int64_t s, t, s_across, t_across;
    int32_t first, last; /* columns of the plane */
} run;

static int within(const tip_stamp *stamp, int64_t s, int64_t t) {
    return s >= 0 && t >= 0 && (s >> 32) < stamp->width - 1 && (t >> 32) < stamp->height - 1;
}

static run row_of(const tip_stamp *stamp, int32_t y, int32_t width) {
    double s = stamp->s + y * stamp->s_down, t = stamp->t + y * stamp->t_down;
    run found = {0, 0, (int64_t)(stamp->s_across * ONE), (int64_t)(stamp->t_across * ONE), 0, width};
    clip(s, stamp->s_across, stamp->width - 1, &found.first, &found.last);
    clip(t, stamp->t_across, stamp->height - 1, &found.first, &found.last);
    if (found.first >= found.last) return found;
    found.s = (int64_t)((s + found.first * stamp->s_across) * ONE);
    found.t = (int64_t)((t + found.first * stamp->t_across) * ONE);
    while (found.first < found.last && !within(stamp, found.s, found.t)) { /* rounding at the very rim */
        found.s += found.s_across;
        found.t += found.t_across;
        found.first++;
    }
    while (found.first < found.last) {
        int64_t steps = found.last - 1 - found.first;
        if (within(stamp, found.s + steps * found.s_across, found.t + steps * found.t_across)) break;
        found.last--;
    }
    return found;
}

static void stamp_row(const tip_stamp *stamp, run row, float *line, int channels) {
    const uint8_t *picture = stamp->picture + channels - 1;
    const int64_t below = (int64_t)stamp->width * channels;
    const float flow = stamp->flow * (1.0f / 255.0f), cap = stamp->cap;
    int64_t s = row.s, t = row.t;
    for (int32_t x = row.first; x < row.last; x++, s += row.s_across, t += row.t_across) {
        const uint8_t *at = picture + (t >> 32) * below + (s >> 32) * channels;
        float right = SHARE(s), down = SHARE(t);
        float top = at[0] + right * (float)(at[channels] - at[0]);
        float low = at[below] + right * (float)(at[below + channels] - at[below]);
        float room = cap - line[x];
        line[x] += (room > 0 ? room : 0) * flow * (top + down * (low - top));
    }
}

/* coverage becomes coverage + max(cap - coverage, 0) * flow * tip; of four channels alpha counts. */
EXPORTED void atelier_stamp(const tip_stamp *stamp, float *coverage, int64_t stride, int32_t width, int32_t height,
                            int32_t channels) {
    for (int32_t y = 0; y < height; y++) {
        run row = row_of(stamp, y, width);
        if (channels == 1) stamp_row(stamp, row, coverage + y * stride, 1);
        else stamp_row(stamp, row, coverage + y * stride, 4);
    }
}

/* The same with the tip's own colours: `painted` holds straight red, green, blue and coverage. The new colour weighs
   what the dab would cover against what stands there, so that painting over paint covers it even at the cap. */
EXPORTED void atelier_stamp_colours(const tip_stamp *stamp, float *painted, int64_t stride, int32_t width,
                                    int32_t height) {
    const int64_t below = (int64_t)stamp->width * 4;
    for (int32_t y = 0; y < height; y++) {
        run row = row_of(stamp, y, width);
        int64_t s = row.s, t = row.t;
        for (int32_t x = row.first; x < row.last; x++, s += row.s_across, t += row.t_across) {
            const uint8_t *at = stamp->picture + (t >> 32) * below + (s >> 32) * 4;
            float right = SHARE(s), down = SHARE(t), here[4];
            for (int c = 0; c < 4; c++) {
                float top = at[c] + right * (float)(at[c + 4] - at[c]);
                float low = at[below + c] + right * (float)(at[below + c + 4] - at[below + c]);
                here[c] = top + down * (low - top);
            }
            float *pixel = painted + y * stride + 4 * (int64_t)x;
            float share = stamp->flow * here[3] * (1.0f / 255.0f), before = pixel[3], laid = share * stamp->cap;
            if (laid <= 0) continue;
            float weight = laid / (before * (1 - share) + laid), straight = 1.0f / here[3];
            for (int c = 0; c < 3; c++) pixel[c] += weight * (here[c] * straight - pixel[c]);
            if (stamp->cap > before) pixel[3] = before + (stamp->cap - before) * share;
        }
    }
}

/* `painted` as pixels of a layer: premultiplied, times `full`; `chosen` (or null) is the selection, 0..1. Whole numbers
   of 8 or 16 bits are rounded; with 32 bits they are floats. */
EXPORTED void atelier_painted_layer(const float *painted, int64_t stride, int32_t width, int32_t height,
                                    const float *chosen, float alpha, float full, int32_t bits, void *layer) {
    for (int32_t y = 0; y < height; y++) {
        const float *line = painted + y * stride;
        int64_t at = 4 * (int64_t)y * width;
        for (int32_t x = 0; x < width; x++, at += 4) {
            float cover = line[4 * x + 3] * alpha * full, pixel[4];
            if (chosen) cover *= chosen[(int64_t)y * width + x];
            for (int c = 0; c < 3; c++) pixel[c] = line[4 * x + c] * cover;
            pixel[3] = cover;
            if (bits == 8)
                for (int c = 0; c < 4; c++) ((uint8_t *)layer)[at + c] = (uint8_t)(pixel[c] + 0.5f);
            else if (bits == 16)
                for (int c = 0; c < 4; c++) ((uint16_t *)layer)[at + c] = (uint16_t)(pixel[c] + 0.5f);
            else
                for (int c = 0; c < 4; c++) ((float *)layer)[at + c] = pixel[c];
        }
    }
}
