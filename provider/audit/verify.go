package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"
)

// A Report is what Verify found in good order.
type Report struct {
	Records     int
	First, Last uint64    // numbers of the first and the last line
	From, To    time.Time // their times
	Torn        []uint64  // lines that keep what a crash left
	Head        Head      // the last line
}

// A Break is the first line that is not as it was written.
type Break struct {
	Line   int // in the file, from 1
	Reason string
}

func (b *Break) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.Reason) }

// Verify reads a log, or several files of one log one after the other, and
// returns a *Break if a line was edited, removed, inserted, moved or cut. The
// report covers the lines before it.
//
// Lines missing at the end are found only if a head is known that was theirs.
// Each of known must be in the log unless it is older than its first line.
func Verify(r io.Reader, key []byte, known ...Head) (Report, error) {
	c, err := newChain(key)
	if err != nil {
		return Report{}, err
	}
	v := verifier{chain: c, known: known}
	in := bufio.NewReaderSize(r, window)
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		switch {
		case err == io.EOF && len(line) == 0:
			return v.report, v.ends(n)
		case err == io.EOF:
			return v.report, &Break{n, "the line was cut: it has no end"}
		case errors.Is(err, bufio.ErrBufferFull):
			return v.report, &Break{n, "the line is too long to be one of ours"}
		case err != nil:
			return v.report, fmt.Errorf("reading audit log: %w", err)
		}
		if reason := v.line(line[:len(line)-1]); reason != "" {
			return v.report, &Break{n, reason}
		}
	}
}

type verifier struct {
	chain  chain
	known  []Head
	report Report
}

// line takes the next line into the report, or says what is wrong with it.
func (v *verifier) line(line []byte) string {
	r, head, err := v.chain.read(line)
	if err != nil {
		return err.Error()
	}
	if reason := v.follows(r); reason != "" {
		return reason
	}
	for _, k := range v.known {
		if k.Seq == r.Seq && k.MAC != head.MAC {
			return fmt.Sprintf("another record %d was here: the log was replaced", r.Seq)
		}
	}
	if v.report.Records == 0 {
		v.report.First, v.report.From = r.Seq, r.Time
	}
	if r.Action == LogTorn {
		v.report.Torn = append(v.report.Torn, r.Seq)
	}
	v.report.Records++
	v.report.Last, v.report.To, v.report.Head = r.Seq, r.Time, head
	v.chain.head = head
	return ""
}

func (v *verifier) follows(r record) string {
	want := v.chain.head.Seq + 1
	switch {
	case v.report.Records > 0 && r.Seq == 1 && r.Prev == birth.MAC && want != 1:
		return "another log begins here, or its first line was repeated; verify its files without it"
	case v.report.Records == 0 && r.Action == LogContinued:
		return "" // the files before it were not given
	case r.Seq > want:
		return fmt.Sprintf("record %d stands where record %d belongs: lines were removed or moved", r.Seq, want)
	case r.Seq < want:
		return fmt.Sprintf("record %d stands where record %d belongs: a line was repeated or moved", r.Seq, want)
	case r.Prev != v.chain.head.MAC:
		return "the line follows another one than the line before it"
	}
	return ""
}

// ends is asked after the last line; n is the number of the line after it.
func (v *verifier) ends(n int) error {
	for _, k := range v.known {
		if k.Seq > v.report.Last {
			return &Break{n, fmt.Sprintf("the log ends with record %d, but record %d was written: lines were cut off its end", v.report.Last, k.Seq)}
		}
	}
	return nil
}
