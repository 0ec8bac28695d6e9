/* verify.c - see verify.h. The verdict hangs on the connection's SSL_CTX, which curl makes anew for each connection, before the handshake. */
#include "net/verify.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

static int verdict_index(void)
{
    static int index = -1; /* of this library's table of attachments; the loop's thread alone asks */
    if (index < 0) index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

/* The CA's name for people, else its organization; what could steer a terminal is replaced. */
static void name_issuer(const X509 *certificate, char issuer[NET_ISSUER_BYTES])
{
    const X509_NAME *name = X509_get_issuer_name(certificate);
    unsigned char *text = NULL;
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
    int length = at < 0 ? -1 : ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (length < 0) return;
    struct str clipped = str_clip((struct str){ (const char *)text, (size_t)length }, NET_ISSUER_BYTES - 1);
    for (size_t i = 0; i < clipped.len; i++) issuer[i] = (unsigned char)clipped.ptr[i] < 0x20 ? '?' : clipped.ptr[i];
    issuer[clipped.len] = '\0';
    OPENSSL_free(text);
}

static enum net_distrust reason_of(int error)
{
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return DISTRUST_EXPIRED;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return DISTRUST_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return DISTRUST_UNKNOWN_CA;
    default: return DISTRUST_OTHER;
    }
}

static int on_verify(int is_trusted, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct verdict *verdict = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), verdict_index());
    const X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    if (verdict == NULL || certificate == NULL) return is_trusted;
    if (!is_trusted) verdict->why = reason_of(X509_STORE_CTX_get_error(store));
    if (!is_trusted || X509_STORE_CTX_get_error_depth(store) == 0) name_issuer(certificate, verdict->issuer);
    return is_trusted;
}

static CURLcode on_context(CURL *easy, void *context, void *verdict)
{
    (void)easy;
    if (SSL_CTX_set_ex_data(context, verdict_index(), verdict) == 1) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verify);
    return CURLE_OK;
}

void verify_watch(CURL *easy, struct verdict *verdict)
{
    /* A libcurl with another TLS library refuses these, and nothing is told then. */
    if (curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, verdict) == CURLE_OK)
        (void)curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
}
