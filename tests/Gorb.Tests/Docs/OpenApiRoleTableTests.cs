using System.Runtime.CompilerServices;
using Gorb.Access;
using Gorb.Model;
using Gorb.Tests.Api;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Gorb.Tests.Docs;

/// <summary>The documentation's table of requests and roles is generated from the endpoints. Run with GORB_WRITE_DOCS=1 to write it again.</summary>
public sealed class OpenApiRoleTableTests : DaemonTest
{
    private const string Page = "docs/operations.md";
    private const string Begin = "<!-- requests and roles -->\n";
    private const string End = "\n<!-- end of requests and roles -->";

    [Fact]
    public void Table_IsWhatTheEndpointsState()
    {
        var path = Path.Combine(Root(), Page);
        var text = File.ReadAllText(path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        start.Should().BeGreaterThan(Begin.Length, $"{Page} has the table");
        var end = text.IndexOf(End, start, StringComparison.Ordinal);
        string[] rows = ["| request | role | with a limited token or certificate | |", "|---|---|---|---|", .. Routes().Select(Row)];
        var today = string.Concat(rows.Select(static row => $"\n{row}"));
        if (Environment.GetEnvironmentVariable("GORB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, $"{text[..start]}{today}\n{text[end..]}");
        }
        else
        {
            text[start..end].TrimEnd('\n').Should().Be(today, "the table is made of the endpoints; write it anew with GORB_WRITE_DOCS=1 tests/Gorb.Tests");
        }
    }

    private IEnumerable<RouteEndpoint> Routes() => _daemon.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .OrderBy(Role).ThenBy(static route => route.RoutePattern.RawText, StringComparer.Ordinal).ThenBy(Method, StringComparer.Ordinal);

    private static string Row(RouteEndpoint route) =>
        $"| `{Method(route)} {Place(route)}` | {Needed(route)} | {Limits(route)} | {route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary.Replace("|", "\\|", StringComparison.Ordinal)} |";

    private static Role Role(RouteEndpoint route) => route.Metadata.GetMetadata<EndpointRole>()!.Role;

    private static string Method(RouteEndpoint route) => string.Join(", ", route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []);

    private static string Place(RouteEndpoint route) => route.RoutePattern.RawText is "/" ? "/" : route.RoutePattern.RawText!.TrimEnd('/');

    private static string Needed(RouteEndpoint route) => Role(route) == Model.Role.Anyone ? "none" : RoleNames.Of(Role(route));

    /// <summary>What <see cref="AccessGuard"/> does with a client that may not use all services.</summary>
    private static string Limits(RouteEndpoint route) => Role(route) == Model.Role.Anyone ? "all"
        : route.RoutePattern.Parameters.Any(static part => part.Name == "service") ? "its services"
        : route.Metadata.GetMetadata<LimitsItself>() is not null ? "its part"
        : "refused";

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
