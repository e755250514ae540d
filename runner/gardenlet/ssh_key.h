#pragma once
/* The public half of an SSH key nobody has: what gardenlet puts into an Infrastructure. */
#include "emulator/base/util.h"

struct json;

/** "ssh-rsa AAAA…", the same for the same name. Well-formed (2048 bits), but with no private key.
 */
char *ssh_public_key(const char *name);
/** A text as Go's []byte stands in JSON: base64. */
struct json *text_as_bytes(const char *text);
