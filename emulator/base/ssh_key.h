#pragma once
/* Public keys in OpenSSH's form: "ssh-rsa BASE64 comment". Source: RFC 4253, 6.6. */
#include "emulator/base/util.h"

struct strbuf;

/* Bytes of a public key's text; an RSA key of 4096 bits has 750. */
#define SSH_KEY_MAX (16 * 1024)

struct ssh_key {
	const char *type; /**< "rsa" or "ed25519" */
	uint8_t *blob;	  /**< what the base64 stands for */
	size_t length;	  /**< bytes */
};

/** Reads a key; false when it is none of the two types. Give back. */
must_check bool ssh_key_parse(const char *text, struct ssh_key *ret);
/** The same for an RSA key as SubjectPublicKeyInfo in PEM. */
must_check bool ssh_key_parse_pem(const char *pem, struct ssh_key *ret);
void ssh_key_done(struct ssh_key *key);
/**
 * Appends the SubjectPublicKeyInfo of an RSA key in DER. `ret` must hold SSH_KEY_MAX bytes.
 *
 * @return false for a key of another type
 */
must_check bool ssh_key_der(const struct ssh_key *key, struct strbuf *ret);
/** Bytes as "1f:51:ae:…"; new text. */
char *ssh_key_colons(const uint8_t *bytes, size_t length);
