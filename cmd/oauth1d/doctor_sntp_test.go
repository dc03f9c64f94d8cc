package main

import (
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"
)

// ntpServer answers one question on loopback; change spoils the answer.
func ntpServer(t *testing.T, ahead time.Duration, change func(answer []byte) []byte) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		question := make([]byte, 100)
		n, from, err := conn.ReadFrom(question)
		if err != nil || n != ntpPacket || question[0] != 0x23 {
			return
		}
		answer := make([]byte, ntpPacket)
		answer[0], answer[1] = 0x24, 2
		copy(answer[24:], question[40:48])
		for _, at := range []int{32, 40} {
			putNTPTime(answer[at:], time.Now().Add(ahead))
		}
		_, _ = conn.WriteTo(change(answer), from)
	}()
	return conn.LocalAddr().String()
}

func putNTPTime(b []byte, t time.Time) {
	binary.BigEndian.PutUint32(b, uint32(t.Unix()+ntpUnix))
	binary.BigEndian.PutUint32(b[4:], uint32(int64(t.Nanosecond())<<32/int64(time.Second)))
}

func asItIs(b []byte) []byte { return b }

func TestDoctorAsksForTheTime(t *testing.T) {
	for _, ahead := range []time.Duration{0, 90 * time.Second, -10 * time.Minute} {
		got, err := askSNTP(t.Context(), ntpServer(t, ahead, asItIs), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if (got - ahead).Abs() > time.Second {
			t.Errorf("got an offset of %s, want %s", got, ahead)
		}
	}
}

func TestDoctorRefusesAnswersThatAreNone(t *testing.T) {
	set := func(at int, to byte) func([]byte) []byte {
		return func(b []byte) []byte { b[at] = to; return b }
	}
	for name, c := range map[string]struct {
		change func([]byte) []byte
		words  string
	}{
		"too short":                     {func(b []byte) []byte { return b[:47] }, "47 bytes"},
		"of a client":                   {set(0, 0x23), "mode 3"},
		"a kiss of death":               {set(1, 0), "stratum 0"},
		"of a server that is not in it": {set(1, 16), "stratum 16"},
		"of a server without a clock":   {set(0, 0xe4), "does not know the time"},
		"to another question":           {func(b []byte) []byte { b[24] ^= 1; return b }, "another question"},
		"without a time":                {func(b []byte) []byte { clear(b[40:]); return b }, "no time"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := askSNTP(t.Context(), ntpServer(t, 0, c.change), time.Now)
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want …%s…", err, c.words)
			}
		})
	}
}

func TestDoctorReadsTimesOfBothEras(t *testing.T) {
	for _, want := range []time.Time{
		time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC),
		time.Date(2036, 2, 7, 6, 28, 15, 0, time.UTC), // the last second of the first era
		time.Date(2040, 1, 1, 0, 0, 0, 500e6, time.UTC),
	} {
		b := make([]byte, 8)
		putNTPTime(b, want)
		if got := ntpTime(b); !got.Equal(want) {
			t.Errorf("got %s, want %s", got.UTC(), want)
		}
	}
}

func TestDoctorFindsAClockThatIsWrong(t *testing.T) {
	d := doctorOf(t)
	d.ntp = ntpServer(t, time.Hour, asItIs)
	d.checkClock(t.Context())
	wantFinding(t, d, stateProblem, "seconds behind "+d.ntp+", more than half of signature.timestamp_window (5m0s)")
}
