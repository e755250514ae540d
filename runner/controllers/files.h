#pragma once
/* Small files, certificates and ports that controllers are given. */
#include "emulator/base/container.h"
#include "emulator/base/err.h"

/** Writes a text file (mode 0600), making its folder when missing. */
must_check bool files_write(const char *path, const char *text, struct err *err);
/**
 * DIRECTORY/NAME/tls.crt and tls.key: self-made, for localhost and 127.0.0.1; ca.crt is who signed
 * it. What is there already stays.
 *
 * @param ret_ca  ca.crt in base64, as a caBundle has it; new text
 */
must_check bool files_certificate(const char *directory, const char *name, char **ret_ca,
				  struct err *err);
/** A TCP port that nobody listens on at the moment, that no outgoing connection will get, and that
 * was not given to anybody else in this process. */
must_check bool files_free_port(unsigned *ret, struct err *err);
/** Ends the array with a NULL that does not count, as exec wants it. */
void strs_end(struct strs *strs);
