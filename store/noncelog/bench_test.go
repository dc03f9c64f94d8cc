package noncelog

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func BenchmarkUse(b *testing.B) {
	for _, callers := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			l := open(b, create(b), Config{})
			now := time.Now().Unix()
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range callers {
				wg.Go(func() {
					var e Entry
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						binary.LittleEndian.PutUint64(e.Key[:], uint64(n))
						e.Repeat, e.Timestamp = e.Key, now
						if v, err := l.Use(context.Background(), e); v != First || err != nil {
							b.Errorf("Use = %v, %v", v, err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "nonces/s")
			b.ReportMetric(float64(l.Stats().Syncs)/b.Elapsed().Seconds(), "syncs/s")
		})
	}
}

// BenchmarkOpen recovers a full window at 5,000 requests a second.
func BenchmarkOpen(b *testing.B) {
	const entries = 1_500_000
	dir, c := create(b), newClock()
	fill(b, dir, c, entries)
	b.ResetTimer()
	for b.Loop() {
		before := heap()
		began := time.Now()
		l := open(b, dir, Config{Now: c.now})
		b.ReportMetric(time.Since(began).Seconds(), "s")
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		if got := l.Stats().Live; got != entries {
			b.Fatalf("%d live, want %d", got, entries)
		}
		l.Close()
	}
}

// fill writes a log with n nonces spread over a window, in large batches.
func fill(b *testing.B, dir string, c *clock, n int) {
	b.Helper()
	l, err := Open(dir, testStore, Config{Now: c.now})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < n; {
		l.mu.Lock()
		for ; i < n && len(l.next.records) < 10_000; i++ {
			e := entry(i, start.Unix()-int64(i*300/n))
			l.next.records = append(l.next.records, record{Entry: e, at: start.UnixMilli()})
		}
		l.mu.Unlock()
		l.wake <- struct{}{}
		if err := l.Sweep(); err != nil { // waits for the writer
			b.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
