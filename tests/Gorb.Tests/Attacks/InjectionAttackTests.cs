using System.Globalization;
using System.Text;
using System.Text.Json;
using Gorb.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Gorb.Tests.Attacks;

/// <summary>Text that would add headers to an answer or lines to the log.</summary>
public sealed class InjectionAttackTests(AttackedDaemon daemon) : AttackTest(daemon)
{
    private const string Malformed = "malformed";

    private static readonly Attack[] All =
    [
        new("Carriage return in X-Request-Id", From.Lan, Attack.Put("X-Request-Id: a\rX-Evil: 1"), 400, Malformed),
        new("NUL in X-Request-Id", From.Lan, Attack.Put("X-Request-Id: a\0b"), 400, Malformed),
        new("Line feed in X-Request-Id makes another header of the request only", From.Lan, Attack.Put("X-Request-Id: a\r\nX-Evil: 1"), 401, "has no token"),
        new("Escape sequence in X-Request-Id", From.Lan, Attack.Put("X-Request-Id: \x1b[2Jevil"), 401, "has no token"),
        new("X-Request-Id of 10 KB", From.Lan, Attack.Put($"X-Request-Id: evil{new string('a', 10_000)}"), 401, "has no token"),
        new("Letters of Unicode in X-Request-Id", From.Lan, Attack.Put("X-Request-Id: evil\xe2\x80\xae"), 401, "has no token"),
        new("Two X-Request-Ids", From.Lan, Attack.Put("X-Request-Id: evil1", "X-Request-Id: evil2"), 401, "has no token"),
        new("Markup in a path", From.Root, Attack.Of("GET", "/<script>alert(1)</script>"), 404, "there is nothing at /%3Cscript%3E"),
        new("Line breaks in a header's name", From.Lan, Attack.Put("X-A\r\n\r\nGET / HTTP/1.1: b"), 400, Malformed),
    ];

    public static TheoryData<string> Cases => Names(All);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Attack_IsRefused(string name)
    {
        var head = string.Join('\n', (await AssertRefusedAsync(Find(All, name))).Head);

        head.Should().NotContainAny("evil", "X-Evil", "\x1b");
    }

    /// <summary>The lines of the daemon's log, in both formats, after requests with text that looks like lines.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_HasNoForgedLine(bool json)
    {
        using var output = new MemoryStream();
        await using (var logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new LogQueue(Formatter(json), () => output, new LogLoss())).CreateLogger())
        {
            await using var attacked = new AttackedDaemon { Configure = services => services.AddSingleton<ILoggerProvider>(new SerilogLoggerProvider(logger)) };
            await attacked.InitializeAsync();
            foreach (var forged in (string[])["%0a12:00:00.000%20INF%20forged", "%1b[2J%1b]0;forged%07", "%c2%85forged", "%e2%80%a8forged", "%e2%80%aeforged", "forged%22%2c%22@l%22%3a%22Fatal"])
            {
                await attacked.SendAsync(From.Root, Attack.Of("PUT", $"/service/{forged}", Attack.Service, "X-Request-Id: \x1b[31mforged", "User-Agent: \x1b[31mforged"));
                await attacked.SendAsync(From.Root, Attack.Of("PUT", $"/config?source={forged}", $"services: {{\"a\\n{forged}\": {{}}}}"));
                await attacked.SendAsync(From.Lan, Attack.Of("DELETE", $"/service/{forged}", null, "Authorization: Bearer forged\x1b[2J"));
            }
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().NotBeEmpty().And.OnlyContain(line => IsLine(line, json));
    }

    private static ITextFormatter Formatter(bool json) => json ? new JsonFormatter() : new LineFormatter();

    private static bool IsLine(string line, bool json) => !line.EnumerateRunes().Any(static rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator)
        && (json ? JsonDocument.Parse(line).RootElement.TryGetProperty("@t", out _) : !line.StartsWith("12:00:00.000 INF forged", StringComparison.Ordinal));
}
