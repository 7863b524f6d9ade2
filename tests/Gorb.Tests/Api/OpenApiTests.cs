using System.Runtime.CompilerServices;
using Gorb.Cli;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace Gorb.Tests.Api;

/// <summary>
/// The OpenAPI document is made here, where reflection is allowed, and embedded in the daemon. Run with GORB_WRITE_OPENAPI=1 to write it anew.
/// </summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_IsWhatTheEndpointsSayToday()
    {
        var today = await GenerateAsync();
        if (Environment.GetEnvironmentVariable("GORB_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(DocumentPath(), today, TestContext.Current.CancellationToken);
        }

        await using var embedded = typeof(GorbHost).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(embedded);
        var document = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        document.Should().Be(today, "the document is embedded; write it anew with GORB_WRITE_OPENAPI=1 tests/Gorb.Tests and build");
    }

    private static async Task<string> GenerateAsync()
    {
        await using var app = GorbHost.Build(new DaemonOptions(), builder =>
        {
            builder.Services.AddEndpointsApiExplorer();
            builder.Services.AddSwaggerGen(OpenApiOptions.Configure);
        });
        var document = app.Services.GetRequiredService<ISwaggerProvider>().GetSwagger("gorb");
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, TestContext.Current.CancellationToken) + "\n";
    }

    private static string DocumentPath([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Gorb/Api/openapi.json"));
}
