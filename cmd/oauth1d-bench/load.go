package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A round is one load on one target.
type round struct {
	Requests int
	Elapsed  time.Duration
	P50, P99 time.Duration
	CPU      time.Duration // of the target
	Own      time.Duration // of this process
}

func (r round) rate() float64 { return float64(r.Requests) / r.Elapsed.Seconds() }

// A burst is what the connections of one round share. Each takes the next
// request, sends it and waits for the answer, until the time is over or the
// requests are used up.
//
// The load runs on the processors that it shares with its target, so it does
// next to nothing: bytes made beforehand, one write and one read, no collection.
type burst struct {
	pool      [][]byte
	next      atomic.Int64
	latencies []uint32 // nanoseconds, by number of request
	start     time.Time
	end       time.Time
}

// load asks the target at addr for the given time over so many connections.
// cycle begins the pool anew when it is used up, which only a target without a
// memory of nonces bears.
func load(ctx context.Context, p *process, addr string, pool [][]byte, connections int, d time.Duration, cycle bool) (round, error) {
	limit := len(pool)
	if cycle {
		limit *= 16
	}
	b := &burst{pool: pool, latencies: make([]uint32, limit)}
	conns, err := dial(ctx, addr, connections)
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	if err != nil {
		return round{}, err
	}
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	cpu, own := p.cpu(), ownCPU()
	last, err := b.run(ctx, conns, d)
	if err != nil {
		return round{}, errors.Join(fmt.Errorf("asking the %s: %w", p.name, err), p.ended())
	}
	r := round{Elapsed: last.Sub(b.start), CPU: p.cpu() - cpu, Own: ownCPU() - own}
	done := b.latencies[:min(int(b.next.Load()), limit)]
	slices.Sort(done)
	r.Requests, r.P50, r.P99 = len(done), percentile(done, 50), percentile(done, 99)
	return r, nil
}

func dial(ctx context.Context, addr string, n int) ([]net.Conn, error) {
	var conns []net.Conn
	var d net.Dialer
	for range n {
		c, err := d.DialContext(ctx, "tcp", addr)
		if err != nil {
			return conns, fmt.Errorf("connecting: %w", err)
		}
		conns = append(conns, c)
	}
	return conns, nil
}

// run returns when the last answer came.
func (b *burst) run(ctx context.Context, conns []net.Conn, d time.Duration) (last time.Time, err error) {
	deadline := func(t time.Time) {
		for _, c := range conns {
			_ = c.SetDeadline(t) // a closed one needs none
		}
	}
	// A connection that waits for an answer hears of an interrupt by its
	// deadline, and so do all when one has failed.
	stop := func() { deadline(time.Unix(1, 0)) }
	deadline(time.Now().Add(d + grace))
	defer context.AfterFunc(ctx, stop)()
	var mu sync.Mutex
	var wg sync.WaitGroup
	b.start = time.Now()
	b.end = b.start.Add(d)
	for _, c := range conns {
		wg.Go(func() {
			at, failure := b.ask(c)
			mu.Lock()
			defer mu.Unlock()
			if at.After(last) {
				last = at
			}
			if failure != nil && err == nil {
				err = failure
				stop()
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return last, ctx.Err()
	}
	return last, err
}

// ask is one connection's part. It returns when its last answer came.
func (b *burst) ask(c net.Conn) (time.Time, error) {
	answers := bufio.NewReader(c)
	sent := time.Now()
	for {
		i := int(b.next.Add(1) - 1)
		if i >= len(b.latencies) {
			return sent, nil
		}
		if _, err := c.Write(b.pool[i%len(b.pool)]); err != nil {
			return sent, fmt.Errorf("sending request %d: %w", i, err)
		}
		if err := admitted(answers); err != nil {
			return sent, fmt.Errorf("request %d: %w", i, err)
		}
		now := time.Now()
		b.latencies[i] = uint32(min(now.Sub(sent), math.MaxUint32))
		sent = now
		if now.After(b.end) {
			return now, nil
		}
	}
}

var statusOK = []byte("HTTP/1.1 200 ")

// admitted reads one answer and insists that it is an admission. That it has no
// body is known from proof.go; if it had one, the next status line would be
// wrong.
func admitted(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if !bytes.HasPrefix(line, statusOK) {
		return refused(string(line), r)
	}
	for len(line) > len("\r\n") {
		if line, err = r.ReadSlice('\n'); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
	}
	return nil
}

// refused is an error that shows the answer, as far as its header goes.
func refused(answer string, r *bufio.Reader) error {
	for {
		line, err := r.ReadString('\n')
		answer += line
		if err != nil || len(line) <= len("\r\n") {
			return fmt.Errorf("the answer is no admission, so this run has no figures:\n%s", answer)
		}
	}
}
