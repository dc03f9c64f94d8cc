package main

import "testing"

func TestDoctorReadsTheFileSystem(t *testing.T) {
	s, err := statFS(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if s.total == 0 || s.free > s.total {
		t.Errorf("got %d bytes free of %d", s.free, s.total)
	}
}
