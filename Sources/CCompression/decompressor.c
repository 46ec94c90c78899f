#include "CCompression.h"

#if !__has_include(<zlib.h>)
#error "zlib.h not found: apt-get install zlib1g-dev"
#endif
#if !__has_include(<zstd.h>)
#error "zstd.h not found: apt-get install libzstd-dev (macOS: brew install zstd)"
#endif

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct decompressor {
  enum compression_format format;
  z_stream gzip;
  ZSTD_DStream *zstd;
  bool is_between_members;
  bool has_member;  // one at least has ended
};

decompressor *decompressor_open(enum compression_format format) {
  decompressor *stream = calloc(1, sizeof *stream);
  if (stream == NULL) return NULL;
  stream->format = format;
  stream->is_between_members = true;
  // 15 + 16: the largest window, with the header and trailer of gzip.
  bool is_ready = format == COMPRESSION_GZIP ? inflateInit2(&stream->gzip, 15 + 16) == Z_OK
                                             : (stream->zstd = ZSTD_createDStream()) != NULL;
  if (is_ready) return stream;
  free(stream);
  return NULL;
}

void decompressor_close(decompressor *stream) {
  if (stream->format == COMPRESSION_GZIP)
    inflateEnd(&stream->gzip);
  else
    ZSTD_freeDStream(stream->zstd);
  free(stream);
}

static enum decompressor_result run_gzip(decompressor *stream, const uint8_t *compressed, size_t compressed_count,
                                         size_t *taken, uint8_t *plain, size_t plain_count, size_t *made) {
  if (stream->is_between_members && inflateReset(&stream->gzip) != Z_OK) return DECOMPRESSOR_DAMAGED;
  uInt in = compressed_count < UINT_MAX ? (uInt)compressed_count : UINT_MAX;
  uInt out = plain_count < UINT_MAX ? (uInt)plain_count : UINT_MAX;
  stream->gzip.next_in = (Bytef *)compressed;
  stream->gzip.avail_in = in;
  stream->gzip.next_out = plain;
  stream->gzip.avail_out = out;
  int result = inflate(&stream->gzip, Z_NO_FLUSH);
  *taken = in - stream->gzip.avail_in;
  *made = out - stream->gzip.avail_out;
  switch (result) {
  case Z_OK:
  case Z_BUF_ERROR: return DECOMPRESSOR_GOES_ON;
  case Z_STREAM_END: return DECOMPRESSOR_MEMBER_ENDED;
  case Z_MEM_ERROR: return DECOMPRESSOR_TOO_LARGE;
  default: return DECOMPRESSOR_DAMAGED;
  }
}

static enum decompressor_result run_zstd(decompressor *stream, const uint8_t *compressed, size_t compressed_count,
                                         size_t *taken, uint8_t *plain, size_t plain_count, size_t *made) {
  ZSTD_inBuffer in = {compressed, compressed_count, 0};
  ZSTD_outBuffer out = {plain, plain_count, 0};
  size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);
  *taken = in.pos;
  *made = out.pos;
  if (!ZSTD_isError(result)) return result == 0 ? DECOMPRESSOR_MEMBER_ENDED : DECOMPRESSOR_GOES_ON;
  switch (ZSTD_getErrorCode(result)) {
  case ZSTD_error_frameParameter_windowTooLarge:
  case ZSTD_error_memory_allocation: return DECOMPRESSOR_TOO_LARGE;
  default: return DECOMPRESSOR_DAMAGED;
  }
}

enum decompressor_result decompressor_run(decompressor *stream, const uint8_t *compressed, size_t compressed_count,
                                          size_t *taken, uint8_t *plain, size_t plain_count, size_t *made) {
  // gzip files may be padded with zeros, as tapes were.
  if (stream->format == COMPRESSION_GZIP && stream->is_between_members && stream->has_member && compressed_count > 0 &&
      compressed[0] == 0) {
    *taken = *made = 0;
    while (*taken < compressed_count && compressed[*taken] == 0) ++*taken;
    return DECOMPRESSOR_MEMBER_ENDED;
  }
  enum decompressor_result result =
      (stream->format == COMPRESSION_GZIP ? run_gzip : run_zstd)(stream, compressed, compressed_count, taken, plain,
                                                                 plain_count, made);
  stream->is_between_members = result == DECOMPRESSOR_MEMBER_ENDED;
  stream->has_member |= stream->is_between_members;
  return result;
}
