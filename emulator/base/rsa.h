#pragma once
/*
 * RSA signatures by keys that are made of a seed: the same seed gives the same key and the same
 * signature, as everything else of a world. Good for nothing but an emulator: who knows the seed
 * knows the key.
 */
#include "emulator/base/util.h"

#define RSA_BYTES 256 /* of a key, and of a signature */

/** Signs by RSASSA-PKCS1-v1_5 with SHA-256. The first use of a seed takes about 0.3 s; the key of
 * the seed used last is kept. */
void rsa_sign(uint64_t seed, const void *data, size_t length, uint8_t ret[RSA_BYTES]);
/** Whether a signature is that of the seed's key. */
bool rsa_verify(uint64_t seed, const void *data, size_t length, const uint8_t signature[RSA_BYTES]);
