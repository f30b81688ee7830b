/* Blends a run of layers into one image, a few rows at a time, so that the growing result stays in the nearest cache
   and Python is left once for a whole stack. The blending itself is the Halide kernel that the caller passes in. */

#include <stdint.h>
#include <string.h>

/* struct halide_dimension_t and struct halide_buffer_t of HalideRuntime.h */
typedef struct {
    int32_t min, extent, stride;
    uint32_t flags;
} dimension;

typedef struct {
    uint64_t device;
    const void *device_interface;
    uint8_t *host;
    uint64_t flags;
    uint8_t code, bits;
    uint16_t lanes;
    int32_t dimensions;
    dimension *dim;
    void *padding;
} buffer;

typedef int (*blend_kernel)(buffer *source, buffer *backdrop, buffer *mask, int32_t mode, float scale, float offset,
                            float keep, int32_t left, int32_t top, buffer *out);

/* Layers that show in full, in whole numbers: two components in each 16-bit element. May be null. */
typedef int (*whole_kernel)(buffer *source, buffer *backdrop, int32_t mode, buffer *out);

typedef struct {
    uint8_t *source, *mask;
    int64_t source_stride, mask_stride; /* bytes from row to row */
    int32_t mode;
    float scale, offset, keep;
} layer;

#define STRIP_BYTES 65536

/* One strip of an image: pixels of four components, or a plane of single ones. */
static void describe(buffer *b, dimension *dim, uint8_t *host, int64_t stride, int32_t width, int32_t rows, int code,
                     int bits, int channels) {
    int words = channels == 4 && bits < 32;
    int unit = words ? 4 * bits / 8 : bits / 8;
    memset(b, 0, sizeof *b);
    b->host = host;
    b->code = words ? 1 : code;
    b->bits = words ? 4 * bits : bits;
    b->lanes = 1;
    b->dim = dim;
    b->dimensions = channels == 4 && !words ? 3 : 2;
    dim[0] = (dimension){0, width, channels == 4 && !words ? 4 : 1, 0};
    dim[1] = (dimension){0, rows, (int32_t)(stride / unit), 0};
    dim[2] = (dimension){0, 4, 1, 0};
}

/* The same strip as pairs of 8-bit components. */
static void describe_pairs(buffer *b, dimension *dim, const buffer *pixels) {
    *b = *pixels;
    b->bits = 16;
    b->dim = dim;
    dim[0] = (dimension){0, 2 * pixels->dim[0].extent, 1, 0};
    dim[1] = (dimension){0, pixels->dim[1].extent, 2 * pixels->dim[1].stride, 0};
}

static int blend_whole(whole_kernel kernel, const buffer *source, const buffer *under, const buffer *result,
                       int32_t mode) {
    buffer pairs[3];
    dimension dims[3][2];
    describe_pairs(&pairs[0], dims[0], source);
    describe_pairs(&pairs[1], dims[1], under);
    describe_pairs(&pairs[2], dims[2], result);
    return kernel(&pairs[0], &pairs[1], mode, &pairs[2]);
}

/* `whole_modes` has a bit for each mode that `whole` knows. `backdrop` may be null (nothing below) or `out`. Returns the kernel's error, 0 if there is none. */
#ifdef _WIN32
__declspec(dllexport)
#endif
int atelier_blend_stack(blend_kernel kernel, whole_kernel whole, int32_t whole_modes, const layer *layers,
                        int32_t count, uint8_t *backdrop, int64_t backdrop_stride, uint8_t *out, int64_t out_stride,
                        int32_t width, int32_t height, int32_t code, int32_t bits, int32_t left, int32_t top) {
    int32_t row_bytes = width * bits / 2;
    int32_t step = STRIP_BYTES / row_bytes > 0 ? STRIP_BYTES / row_bytes : 1;
    for (int32_t y = 0; y < height; y += step) {
        int32_t rows = height - y < step ? height - y : step;
        uint8_t *target = out + y * out_stride;
        buffer result, under, source, mask;
        dimension dims[4][3];
        describe(&result, dims[0], target, out_stride, width, rows, code, bits, 4);
        if (backdrop) {
            describe(&under, dims[1], backdrop + y * backdrop_stride, backdrop_stride, width, rows, code, bits, 4);
        } else {
            for (int32_t row = 0; row < rows; row++) memset(target + row * out_stride, 0, row_bytes);
            describe(&under, dims[1], target, out_stride, width, rows, code, bits, 4);
        }
        for (int32_t i = 0; i < count; i++) {
            const layer *l = &layers[i];
            describe(&source, dims[2], l->source + y * l->source_stride, l->source_stride, width, rows, code, bits, 4);
            describe(&mask, dims[3], l->mask + y * l->mask_stride, l->mask_stride, width, rows, code, bits, 1);
            buffer *below = i ? &result : &under;
            int in_full = l->scale == 0 && l->offset == 1 && l->keep == 1;
            int error = whole && in_full && (whole_modes >> l->mode & 1)
                            ? blend_whole(whole, &source, below, &result, l->mode)
                            : kernel(&source, below, &mask, l->mode, l->scale, l->offset, l->keep, left, top + y,
                                     &result);
            if (error) return error;
        }
    }
    return 0;
}
