using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gorb.Cli;
using Gorb.Health.Probes;
using Gorb.Ipvs;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Health;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace Gorb.Tests.Api;

/// <summary>
/// Generates the OpenAPI document, which the daemon embeds: the generator needs reflection. Run with GORB_WRITE_DOCS=1 (or GORB_WRITE_OPENAPI=1) to write the file again.
/// </summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_IsWhatTheEndpointsSayToday()
    {
        var today = await GenerateAsync();
        if (Environment.GetEnvironmentVariable("GORB_WRITE_DOCS") == "1" || Environment.GetEnvironmentVariable("GORB_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(DocumentPath(), today, TestContext.Current.CancellationToken);
        }

        await using var embedded = typeof(GorbHost).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(embedded);
        var document = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        document.Should().Be(today, "the document is embedded; write it anew with GORB_WRITE_DOCS=1 tests/Gorb.Tests and build");
    }

    [Fact]
    public async Task Document_NamesTheTokenThatRequestsNeed()
    {
        using var document = JsonDocument.Parse(await GenerateAsync());
        var security = document.RootElement.GetProperty("security").EnumerateArray().Select(static way => string.Join(' ', way.EnumerateObject().Select(static scheme => scheme.Name)));

        security.Should().Equal("", "token");
        document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString().Should().Be("bearer");
    }

    private static async Task<string> GenerateAsync()
    {
        var options = new DaemonOptions { Listen = [new IPEndPoint(IPAddress.Loopback, 0)], State = "none" };
        await using var app = GorbHost.Build(options, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(new IpvsClientFactory(() => IpvsClient.Create(new FakeKernel().Open)));
            builder.Services.AddSingleton(new SysctlFiles("/nonexistent"));
            builder.Services.AddSingleton<IProber>(new FakeProber());
            builder.Services.AddOpenApi();
        });
        await app.StartAsync(TestContext.Current.CancellationToken); // endpoints are registered at the start
        var document = app.Services.GetRequiredService<ISwaggerProvider>().GetSwagger("gorb");
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, TestContext.Current.CancellationToken) + "\n";
    }

    private static string DocumentPath([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Gorb/Api/openapi.json"));
}
