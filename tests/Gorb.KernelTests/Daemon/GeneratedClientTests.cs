using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A client that is generated from the OpenAPI document works with the daemon. eng/test generates it (tests/openapi).</summary>
public sealed class GeneratedClientTests(SharedDaemon daemon) : KernelTest(daemon)
{
    [Fact]
    public void GeneratedClient_CreatesChangesDrainsAndDeletes()
    {
        Shell.Run("node", Repository.Path("tests/openapi/build/client.js"), Gorb.Http.BaseAddress!.ToString().TrimEnd('/'));

        Shell.Ipvsadm().Should().BeEmpty();
    }
}
