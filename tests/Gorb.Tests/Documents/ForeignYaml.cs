using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Gorb.Tests.Documents;

/// <summary>Other YAML parsers, each a program that reads base64 documents, one per line, and prints JSON lines.</summary>
internal static class ForeignYaml
{
    /// <summary>Parses YAML 1.1 with PyYAML, which Ansible uses too (Debian's python3-yaml, so Debian's Python).</summary>
    public static IReadOnlyList<JsonNode?> ReadWithPyYaml(IReadOnlyList<string> documents) => Run("/usr/bin/python3", "-c", """
        import base64, json, sys, yaml
        for line in sys.stdin:
            print(json.dumps(yaml.safe_load(base64.b64decode(line))))
        """, documents);

    /// <summary>Parses YAML 1.2 (core schema) with YAML::PP (Debian's libyaml-pp-perl), which shares no code with PyYAML.</summary>
    public static IReadOnlyList<JsonNode?> ReadWithYamlPp(IReadOnlyList<string> documents) => Run("/usr/bin/perl", "-e", """
        use MIME::Base64; use Encode; use YAML::PP; use JSON::PP;
        my $yaml = YAML::PP->new(boolean => 'JSON::PP', schema => ['Core'], duplicate_keys => 0);
        my $json = JSON::PP->new->allow_nonref->ascii;
        while (<STDIN>) { print $json->encode($yaml->load_string(decode('UTF-8', decode_base64($_), Encode::FB_CROAK))), "\n" }
        """, documents);

    private static List<JsonNode?> Run(string program, string option, string script, IReadOnlyList<string> documents)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [option, script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var document in documents)
        {
            process.StandardInput.WriteLine(Convert.ToBase64String(Encoding.UTF8.GetBytes(document)));
        }

        process.StandardInput.Close();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, errors.Result);
        return [.. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))];
    }
}
