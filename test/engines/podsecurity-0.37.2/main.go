// Kubernetes' own evaluator of the Pod Security Standards as a program. It reads pods as JSON lines and
// prints, for each, the reasons for which each level and version refuses it. With --testdata FOLDER it
// prints the pods below a folder of the module's test data instead.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

const (
	module = "k8s.io/pod-security-admission"
	// The first minor version of Kubernetes that is asked about.
	oldest = 25
)

// Reasons by level and version; an empty text where the pod is admitted.
type verdicts struct {
	Baseline   map[string]string `json:"baseline,omitempty"`
	Restricted map[string]string `json:"restricted,omitempty"`
	Error      string            `json:"error,omitempty"`
}

type sample struct {
	Level   string          `json:"level"`
	Version string          `json:"version"`
	Admits  bool            `json:"admits"`
	Name    string          `json:"name"`
	Pod     json.RawMessage `json:"pod"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch {
	case len(args) == 1 && args[0] == "--version":
		_, err := fmt.Fprintf(out, "%s %s, policies up to 1.%d\n", module, version(), newest())
		return err
	case len(args) == 2 && args[0] == "--testdata":
		return printSamples(args[1], json.NewEncoder(out))
	case len(args) == 0:
		return judgeAll(out)
	}
	return fmt.Errorf("usage: pod-security [--version | --testdata FOLDER]")
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, each := range info.Deps {
		if each.Path == module {
			return each.Version
		}
	}
	return "unknown"
}

// The newest version in which any check changes.
func newest() int {
	minor := 0
	for _, check := range policy.DefaultChecks() {
		for _, each := range check.Versions {
			minor = max(minor, each.MinimumVersion.Minor())
		}
	}
	return minor
}

func judgeAll(out *bufio.Writer) error {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			if failed := answers.Encode(judge(evaluator, line)); failed != nil {
				return failed
			}
			// Whoever waits for an answer has sent no more yet.
			if lines.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			return nil
		}
	}
}

// As the API server decodes: names in exactly these letters, and others are ignored.
func judge(evaluator policy.Evaluator, line []byte) verdicts {
	pod := corev1.Pod{}
	if err := strictjson.UnmarshalCaseSensitivePreserveInts(line, &pod); err != nil {
		return verdicts{Error: err.Error()}
	}
	// Every API server does this before it asks, and the test data counts on it.
	for at := range pod.Spec.Volumes {
		if pod.Spec.Volumes[at].VolumeSource == (corev1.VolumeSource{}) {
			pod.Spec.Volumes[at].EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
	of := func(level api.Level) map[string]string {
		reasons := map[string]string{}
		for minor := oldest; minor <= newest(); minor++ {
			asked := api.LevelVersion{Level: level, Version: api.MajorMinorVersion(1, minor)}
			results := evaluator.EvaluatePod(asked, &pod.ObjectMeta, &pod.Spec)
			result := policy.AggregateCheckResults(results)
			reasons[fmt.Sprintf("1.%d", minor)] = strings.Join(result.ForbiddenReasons, ", ")
		}
		return reasons
	}
	return verdicts{Baseline: of(api.LevelBaseline), Restricted: of(api.LevelRestricted)}
}

// LEVEL/vVERSION/pass/NAME.yaml, or fail in place of pass.
func printSamples(folder string, samples *json.Encoder) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		steps := strings.Split(filepath.ToSlash(inside), "/")
		if len(steps) != 4 {
			return fmt.Errorf("%s is not where test data is expected", inside)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		pod, err := yaml.YAMLToJSON(text)
		if err != nil {
			return fmt.Errorf("%s: %w", inside, err)
		}
		return samples.Encode(sample{
			Level:   steps[0],
			Version: strings.TrimPrefix(steps[1], "v"),
			Admits:  steps[2] == "pass",
			Name:    strings.TrimSuffix(steps[3], ".yaml"),
			Pod:     pod,
		})
	})
}
