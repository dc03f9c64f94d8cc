package journey

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// An album is a directory of what pages look like: NAME.aria is what a screen
// reader is told, NAME.VIEW.png is what there is to be seen.
type album struct {
	dir   string
	known map[string]bool // files of which a page was seen
}

// compare looks at all that a round has left in dir. The flag -update is one for
// all golden files of this package.
func (a *album) compare(t *testing.T, dir string, pictures bool) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		t.Fatalf("no page was looked at: %v", err)
	}
	for _, e := range entries {
		a.known[e.Name()] = true
		got, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join(a.dir, e.Name())
		if *updateInterop && pictures {
			if err := a.write(golden, got); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Errorf("%v; -update writes it", err)
			continue
		}
		if strings.HasSuffix(e.Name(), ".png") {
			err = samePicture(got, want)
		} else if diff := gocmp.Diff(string(want), string(got)); diff != "" {
			err = fmt.Errorf("(-want +got):\n%s", diff)
		}
		if err != nil {
			kept := filepath.Join(os.TempDir(), "oauth1d-walk-"+e.Name())
			os.WriteFile(kept, got, 0o600)
			t.Errorf("%s: %v\nwhat was seen is in %s; if it is right, -update keeps it", e.Name(), err, kept)
		}
	}
}

// write keeps a picture that shows the same as the one that is there, so that a
// change of one page changes the files of one page.
func (a *album) write(name string, got []byte) error {
	if strings.HasSuffix(name, ".png") {
		if old, err := os.ReadFile(name); err == nil && samePicture(got, old) == nil {
			return nil
		}
		var err error
		if got, err = small(got); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(a.dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, got, 0o644)
}

// stale complains about files of pages that were not seen any more.
func (a *album) stale(t *testing.T) {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if a.known[e.Name()] || e.Name() == "README.md" {
			continue
		}
		if *updateInterop {
			os.Remove(filepath.Join(a.dir, e.Name()))
			continue
		}
		t.Errorf("%s is in the album, and no page looked like it", e.Name())
	}
}

// small encodes a picture with 16 colours. It stays a picture that a person can
// look at, and takes a third of the room.
func small(data []byte) ([]byte, error) {
	p, err := pixels(data)
	if err != nil {
		return nil, err
	}
	out := image.NewPaletted(p.Bounds(), palette(p))
	nearest := map[color.RGBA]uint8{}
	for at := range out.Pix {
		c := colourAt(p, at)
		i, ok := nearest[c]
		if !ok {
			i = uint8(out.Palette.Index(c))
			nearest[c] = i
		}
		out.Pix[at] = i
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out)
	return b.Bytes(), err
}

// palette chooses the colours that there is most of, and of similar ones the
// first: a page has few colours, and many shades at the edges of letters.
func palette(p *image.RGBA) color.Palette {
	count := map[color.RGBA]int{}
	for at := range len(p.Pix) / 4 {
		count[colourAt(p, at)]++
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(b.R)-int(a.R), int(b.G)-int(a.G), int(b.B)-int(a.B))
	})
	var chosen color.Palette
	for _, apart := range []int{24, 12, 1} {
		for _, c := range all {
			if len(chosen) < 16 && !slices.ContainsFunc(chosen, func(o color.Color) bool {
				d := distance(c, o.(color.RGBA))
				return d == 0 || d < apart && count[c] < len(p.Pix)/400
			}) {
				chosen = append(chosen, c)
			}
		}
	}
	return chosen
}

func colourAt(p *image.RGBA, at int) color.RGBA {
	return color.RGBA{p.Pix[4*at], p.Pix[4*at+1], p.Pix[4*at+2], 255}
}

func distance(a, b color.RGBA) int {
	return abs(int(a.R)-int(b.R)) + abs(int(a.G)-int(b.G)) + abs(int(a.B)-int(b.B))
}

func pixels(data []byte) (*image.RGBA, error) {
	p, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(p.Bounds())
	draw.Draw(out, out.Bounds(), p, p.Bounds().Min, draw.Src)
	return out, nil
}

// cell is the side of the squares whose mean brightness is compared. Another
// version of a font draws other edges and the same squares.
const cell = 16

// samePicture reports how two pictures differ as a person would see it: another
// size, or places that are brighter or darker than they were.
func samePicture(got, want []byte) error {
	a, err := pixels(got)
	if err != nil {
		return err
	}
	b, err := pixels(want)
	if err != nil {
		return err
	}
	size, other := a.Bounds().Size(), b.Bounds().Size()
	if size.X != other.X || abs(size.Y-other.Y) > 2+other.Y/100 {
		return fmt.Errorf("the picture is %v, want %v", size, other)
	}
	cells, differ := 0, 0
	first := image.Point{-1, -1}
	for y := 0; y+cell <= min(size.Y, other.Y); y += cell {
		for x := 0; x+cell <= size.X; x += cell {
			cells++
			if abs(brightness(a, x, y)-brightness(b, x, y)) > 24 {
				if differ++; first.X < 0 {
					first = image.Pt(x, y)
				}
			}
		}
	}
	if differ*200 > cells { // half a percent
		return fmt.Errorf("%d of %d squares look different, the first at %v", differ, cells, first)
	}
	return nil
}

func brightness(p *image.RGBA, x0, y0 int) int {
	sum := 0
	for y := y0; y < y0+cell; y++ {
		for at := p.PixOffset(x0, y); at < p.PixOffset(x0+cell, y); at += 4 {
			sum += 3*int(p.Pix[at]) + 6*int(p.Pix[at+1]) + int(p.Pix[at+2])
		}
	}
	return sum / (10 * cell * cell)
}

func abs(n int) int { return max(n, -n) }
