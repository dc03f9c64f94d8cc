package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// This file is a client for one question of SNTP (RFC 4330).

const (
	ntpPacket  = 48
	ntpTimeout = 3 * time.Second
	ntpUnix    = 2208988800 // seconds from 1900 to 1970
)

// askSNTP returns how much must be added to our clock to have the server's.
func askSNTP(ctx context.Context, server string, now func() time.Time) (time.Duration, error) {
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(strings.Trim(server, "[]"), "123")
	}
	conn, err := (&net.Dialer{Timeout: ntpTimeout}).DialContext(ctx, "udp", server)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(ntpTimeout)); err != nil {
		return 0, err
	}
	// The server returns our transmit timestamp and looks at it no further, so it
	// is a random number: who has not seen the question cannot answer it.
	question := make([]byte, ntpPacket)
	question[0] = 4<<3 | 3 // version 4, mode 3: client
	rand.Read(question[40:])
	began, monotonic := now(), time.Now()
	if _, err := conn.Write(question); err != nil {
		return 0, err
	}
	answer := make([]byte, ntpPacket+1024)
	n, err := conn.Read(answer)
	if err != nil {
		return 0, fmt.Errorf("no answer: %w", err)
	}
	ended := began.Add(time.Since(monotonic))
	if err := checkSNTP(answer[:n], question[40:]); err != nil {
		return 0, err
	}
	received, sent := ntpTime(answer[32:40]), ntpTime(answer[40:48])
	return (received.Sub(began) + sent.Sub(ended)) / 2, nil
}

// checkSNTP refuses what is no answer to our question, or of a server that does
// not know the time itself.
func checkSNTP(answer, origin []byte) error {
	switch {
	case len(answer) < ntpPacket:
		return fmt.Errorf("the answer has %d bytes, expected %d", len(answer), ntpPacket)
	case answer[0]&7 != 4:
		return fmt.Errorf("the answer has mode %d, expected 4: it is of no server", answer[0]&7)
	case !bytes.Equal(answer[24:32], origin):
		return errors.New("the answer is to another question than ours")
	case answer[1] < 1 || answer[1] > 15 || answer[0]>>6 == 3:
		return fmt.Errorf("the server does not know the time itself (stratum %d)", answer[1])
	case binary.BigEndian.Uint64(answer[32:]) == 0 || binary.BigEndian.Uint64(answer[40:]) == 0:
		return errors.New("the answer holds no time")
	}
	return nil
}

// ntpTime reads a timestamp. Seconds with the first bit unset are those after
// 2036 (RFC 4330 §3).
func ntpTime(b []byte) time.Time {
	seconds, fraction := int64(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:]))
	if seconds < 1<<31 {
		seconds += 1 << 32
	}
	return time.Unix(seconds-ntpUnix, fraction*int64(time.Second)>>32)
}
