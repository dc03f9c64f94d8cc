package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"time"
)

// renewBefore is when a certificate that renews itself would have been renewed.
const renewBefore = 21 * 24 * time.Hour

// tlsTimeout bounds a look at a served certificate.
const tlsTimeout = 5 * time.Second

// checkTLS looks at the certificate of the public listener, and at the one that is
// served elsewhere when it is told where.
func (d *doctor) checkTLS(ctx context.Context) {
	if d.config.TLS.CertFile == "" {
		d.ok("there is no certificate here: the public listener speaks plain http, to a proxy")
	} else {
		d.certificateFiles()
	}
	if d.url != "" {
		d.served(ctx)
	}
}

func (d *doctor) certificateFiles() {
	pair, err := tls.LoadX509KeyPair(d.config.TLS.CertFile, d.config.TLS.KeyFile)
	if err != nil {
		d.problem("put back a certificate and its own key", "tls.cert_file and tls.key_file: %v", err)
		return
	}
	chain, err := parseChain(pair.Certificate)
	if err != nil {
		d.problem("write the certificate and then its issuers, PEM", "tls.cert_file: %v", err)
		return
	}
	leaf := chain[0]
	host := d.config.PublicURL.Hostname()
	if err := leaf.VerifyHostname(host); err != nil {
		d.problem("get a certificate for "+host, "tls.cert_file does not cover the host of public_url: %v", err)
	} else {
		d.ok("tls.cert_file covers %s", host)
	}
	for i, c := range chain {
		d.validity(c, i)
	}
	for i := range len(chain) - 1 {
		if err := chain[i].CheckSignatureFrom(chain[i+1]); err != nil {
			d.warn("write the certificate first, and behind each its issuer", "tls.cert_file: certificate %d is not the issuer of the one before: %v", i+2, err)
		}
	}
}

func parseChain(raw [][]byte) (chain []*x509.Certificate, err error) {
	for _, der := range raw {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, errors.New("there is no certificate")
	}
	return chain, nil
}

// validity judges the dates of the certificate at a place in a chain.
func (d *doctor) validity(c *x509.Certificate, at int) {
	name := "the certificate"
	if at > 0 {
		name = "the issuer " + c.Subject.CommonName
	}
	now := d.now()
	switch {
	case now.Before(c.NotBefore):
		d.problem("look at the clock, or get another", "%s is valid from %s UTC only", name, date(c.NotBefore))
	case now.After(c.NotAfter):
		d.problem("renew it, then: oauth1d config reload", "%s expired at %s UTC", name, date(c.NotAfter))
	case c.NotAfter.Sub(now) < renewBefore:
		d.warn("renew it, then: oauth1d config reload", "%s expires at %s UTC, in %d days", name, date(c.NotAfter), int(c.NotAfter.Sub(now).Hours()/24))
	default:
		d.ok("%s is valid until %s UTC", name, date(c.NotAfter))
	}
}

// served shakes hands and sends nothing more. A certificate that is not verified
// is a finding: there is no looking at it without.
func (d *doctor) served(ctx context.Context) {
	u, err := url.Parse(d.url)
	if err != nil {
		d.problem("write it like https://auth.example.com", "--url is no URL")
		return
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	ctx, cancel := context.WithTimeout(ctx, tlsTimeout)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: d.roots, ServerName: u.Hostname(), Time: d.now, MinVersion: tls.VersionTLS12}}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	var unverified *tls.CertificateVerificationError
	switch {
	case errors.As(err, &unverified):
		d.problem("consumers refuse it too: serve a certificate for that host with its whole chain", "the certificate at %s is not verified: %v", u.Host, unverified.Err)
		return
	case err != nil:
		d.problem("look whether the address is right and a server speaks TLS 1.2 or later there", "%s: %v", u.Host, err)
		return
	}
	defer conn.Close()
	state := conn.(*tls.Conn).ConnectionState()
	d.ok("%s speaks %s", u.Host, tls.VersionName(state.Version))
	d.validity(state.PeerCertificates[0], 0)
}
