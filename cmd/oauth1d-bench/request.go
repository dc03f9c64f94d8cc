package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"runtime"
	"strconv"
	"sync"

	"oauth1d/provider/oauth1"
)

// A credential is what one consumer signs with for one user.
type credential struct {
	key, secret        string
	token, tokenSecret string
	private            *rsa.PrivateKey // nil for HMAC
}

// A signer makes requests, in turn for each of its credentials.
type signer struct {
	credentials []credential
	method      string
	requestID   bool
}

// The site whose requests are asked about.
const siteHost = "photos.example.test"

// pool returns n requests, each signed now and never seen before, as the bytes
// that go over the wire. They are made on all processors, since the timestamps
// must still be fresh when the last request is sent.
func (s *signer) pool(ctx context.Context, n int) ([][]byte, error) {
	all := make([][]byte, n)
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { errs[w] = s.fill(ctx, all, n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("signing the requests: %w", err)
		}
	}
	return all, nil
}

// fill makes the requests from up to below to. They lie behind one another in
// large pieces of memory, which a collector need not look at one by one.
func (s *signer) fill(ctx context.Context, all [][]byte, from, to int) error {
	const piece = 1 << 20
	var room []byte
	for i := from; i < to; i++ {
		if i%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if cap(room)-len(room) < 4<<10 {
			room = make([]byte, 0, piece)
		}
		begin := len(room)
		var err error
		if room, err = s.append(room, i); err != nil {
			return err
		}
		all[i] = room[begin:len(room):len(room)]
	}
	return nil
}

// append adds request number i as nginx would send it.
func (s *signer) append(b []byte, i int) ([]byte, error) {
	c := s.credentials[i%len(s.credentials)]
	m := oauth1.Message{
		Method: "GET", Scheme: "https", Host: siteHost,
		Target: "/albums/2026/photos/" + strconv.Itoa(i) + ".jpg?size=original&quality=80&download=1",
	}
	sign := oauth1.Signer{
		ConsumerKey: c.key, ConsumerSecret: []byte(c.secret), Token: c.token, TokenSecret: []byte(c.tokenSecret),
		PrivateKey: c.private, Method: s.method,
	}
	authorization, err := sign.Authorization(&m)
	if err != nil {
		return nil, err
	}
	b = append(b, "GET "+authPath+" HTTP/1.1\r\nHost: oauth1d\r\n"...)
	b = append(b, "X-Original-Method: "+m.Method+"\r\nX-Original-URI: "+m.Target+"\r\n"...)
	b = append(b, "X-Forwarded-Proto: "+m.Scheme+"\r\nX-Forwarded-Host: "+m.Host+"\r\n"...)
	if s.requestID {
		b = append(b, requestIDField+rand.Text()+"\r\n"...)
	}
	return append(b, "Authorization: "+authorization+"\r\n\r\n"...), nil
}

const requestIDField = "X-Request-ID: "
