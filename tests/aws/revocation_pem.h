#pragma once
/* A revocation list with two entries, made for these tests by `openssl ca -gencrl` with an EC key.
 * Good for nothing. */
#define REVOCATION_PEM                                                                             \
	"-----BEGIN X509 CRL-----\n"                                                               \
	"MIHPMHgCAQEwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2EXDTI2MTEyMzE1Mzcx\n"                       \
	"M1oYDzIxMjYxMDMwMTUzNzEzWjAoMBICAQEXDTI2MTEyMzEzMjQwM1owEgIBAhcN\n"                       \
	"MjYxMTIzMTMyNDAzWqAOMAwwCgYDVR0UBAMCAQEwCgYIKoZIzj0EAwIDRwAwRAIg\n"                       \
	"EbPhv2LWQn+Vf0Dz0g21GbialHI72T/GU2SqSkFBURACIDLo4GofFHxtnkUi2Qjf\n"                       \
	"oCgN5zmNsoYIe4YOia+7q7QN\n"                                                               \
	"-----END X509 CRL-----\n"
