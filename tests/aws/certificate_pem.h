#pragma once
/*
 * A self-signed certificate of www.example.com and example.com that holds for a hundred years, made
 * for these tests by `openssl req -x509` with an EC key; its key, and the key of another. PEM with
 * "\\n" for JSON, and base64 of the PEM for blobs. Not secret: good for nothing.
 */
#define CERTIFICATE_PEM                                                                            \
	"-----BEGIN CERTIFICATE-----\\nMIIB2DCCAX6gAwIBAgIUINZivdpeG4i6l7IfNZG5fUE3ycowCg"         \
	"YIKoZIzj0EAwIw\\nLDEYMBYGA1UEAwwPd3d3LmV4YW1wbGUuY29tMRAwDgYDVQQKDAdFeGFtcGxlMCA"         \
	"X\\nDTI2MTEyMzEzMjQwM1oYDzIxMjYxMDMwMTMyNDAzWjAsMRgwFgYDVQQDDA93d3cu\\nZXhhbXBsZ"         \
	"S5jb20xEDAOBgNVBAoMB0V4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjO\\nPQMBBwNCAAS8FXQqVaatO6"         \
	"4ll5bwV3/6oQqkSwDyWNvjZPiycIFMbjKETjCtV6As\\n/LibKfsWrKs8yvTMswn+ROuk5ssrk+gpo3w"         \
	"wejAdBgNVHQ4EFgQUa7duL5Co01VC\\nQ13ZRUxVgFlPg/IwHwYDVR0jBBgwFoAUa7duL5Co01VCQ13Z"         \
	"RUxVgFlPg/IwDwYD\\nVR0TAQH/BAUwAwEB/zAnBgNVHREEIDAegg93d3cuZXhhbXBsZS5jb22CC2V4Y"         \
	"W1w\\nbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIGxRxCyBS5nszMexUxb1nY2rC1pY7iaS\\n+NfXnNG"         \
	"KWmHvAiEAt0CkGhxpbrhY/K2dG2iC/DhUFnUpol7CfmF4FelBxWk=\\n-----END CERTIFICATE----"         \
	"-\\n"
#define KEY_PEM                                                                                    \
	"-----BEGIN PRIVATE KEY-----\\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTG"         \
	"V3CKe7qaegxRo4\\nZX98cuJR3Y0yYzHn1qHD1kx7FnehRANCAAS8FXQqVaatO64ll5bwV3/6oQqkSwD"         \
	"y\\nWNvjZPiycIFMbjKETjCtV6As/LibKfsWrKs8yvTMswn+ROuk5ssrk+gp\\n-----END PRIVATE "         \
	"KEY-----\\n"
#define CERTIFICATE_BLOB                                                                           \
	"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUIyRENDQVg2Z0F3SUJBZ0lVSU5aaXZkcGVHNGk2"         \
	"bDdJZk5aRzVmVUUzeWNvd0NnWUlLb1pJemowRUF3SXcKTERFWU1CWUdBMVVFQXd3UGQzZDNMbVY0WVcx"         \
	"d2JHVXVZMjl0TVJBd0RnWURWUVFLREFkRmVHRnRjR3hsTUNBWApEVEkyTVRFeU16RXpNalF3TTFvWUR6"         \
	"SXhNall4TURNd01UTXlOREF6V2pBc01SZ3dGZ1lEVlFRRERBOTNkM2N1ClpYaGhiWEJzWlM1amIyMHhF"         \
	"REFPQmdOVkJBb01CMFY0WVcxd2JHVXdXVEFUQmdjcWhrak9QUUlCQmdncWhrak8KUFFNQkJ3TkNBQVM4"         \
	"RlhRcVZhYXRPNjRsbDVid1YzLzZvUXFrU3dEeVdOdmpaUGl5Y0lGTWJqS0VUakN0VjZBcwovTGliS2Zz"         \
	"V3JLczh5dlRNc3duK1JPdWs1c3NyaytncG8zd3dlakFkQmdOVkhRNEVGZ1FVYTdkdUw1Q28wMVZDClEx"         \
	"M1pSVXhWZ0ZsUGcvSXdId1lEVlIwakJCZ3dGb0FVYTdkdUw1Q28wMVZDUTEzWlJVeFZnRmxQZy9Jd0R3"         \
	"WUQKVlIwVEFRSC9CQVV3QXdFQi96QW5CZ05WSFJFRUlEQWVnZzkzZDNjdVpYaGhiWEJzWlM1amIyMkND"         \
	"MlY0WVcxdwpiR1V1WTI5dE1Bb0dDQ3FHU000OUJBTUNBMGdBTUVVQ0lHeFJ4Q3lCUzVuc3pNZXhVeGIx"         \
	"blkyckMxcFk3aWFTCitOZlhuTkdLV21IdkFpRUF0MENrR2h4cGJyaFkvSzJkRzJpQy9EaFVGblVwb2w3"         \
	"Q2ZtRjRGZWxCeFdrPQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg=="
#define KEY_BLOB                                                                                   \
	"LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5"         \
	"QXdFSEJHMHdhd0lCQVFRZ1RHVjNDS2U3cWFlZ3hSbzQKWlg5OGN1SlIzWTB5WXpIbjFxSEQxa3g3Rm5l"         \
	"aFJBTkNBQVM4RlhRcVZhYXRPNjRsbDVid1YzLzZvUXFrU3dEeQpXTnZqWlBpeWNJRk1iaktFVGpDdFY2"         \
	"QXMvTGliS2ZzV3JLczh5dlRNc3duK1JPdWs1c3NyaytncAotLS0tLUVORCBQUklWQVRFIEtFWS0tLS0t"         \
	"Cg=="
#define OTHER_KEY_BLOB                                                                             \
	"LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5"         \
	"QXdFSEJHMHdhd0lCQVFRZ29abmlBcWVjQm9acTBPT24KaXV1RlR1YUtrNmE2MFNDWGFwZmtaN2kzWGlh"         \
	"aFJBTkNBQVMxWmlMUHNiM0lwWmdYN01IM0d2S2FUTHQ2bnBkMAp4UFZHUm1qSFpqdXhzS3Y0ZTlXeXdJ"         \
	"emEzK1Q4aFoyWGwrclBwVEFMdmZja2UrQXVxak1sUVZKNAotLS0tLUVORCBQUklWQVRFIEtFWS0tLS0t"         \
	"Cg=="
