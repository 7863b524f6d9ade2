using Gorb.Cli;

namespace Gorb.Tests.Cli;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData(":4672", "[::]:4672")]
    [InlineData("4672", "[::]:4672")]
    [InlineData("*:80", "[::]:80")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("localhost:99", "127.0.0.1:99")]
    [InlineData("[::1]:4672", "[::1]:4672")]
    [InlineData("unix:/run/gorb/gorb.sock", "/run/gorb/gorb.sock")]
    [InlineData("https://10.9.0.1:4673", "https://10.9.0.1:4673")]
    [InlineData("https://[::1]:4673", "https://[::1]:4673")]
    [InlineData("https://:4673", "https://[::]:4673")]
    [InlineData("unix:///run/gorb.sock", "/run/gorb.sock")]
    public void Parse_AddressAndPort_IsRead(string text, string endpoint) => ListenAddress.Parse(text)!.ToString().Should().Be(endpoint);

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("nonsense")]
    [InlineData("10.0.0.1")]
    [InlineData("::1:80")]
    [InlineData("host.example:80")]
    [InlineData(":70000")]
    [InlineData("[10.0.0:80")]
    [InlineData("127.0.0.01:80")]
    [InlineData("127.1:80")]
    [InlineData("[::1%1]:80")]
    [InlineData("https://10.9.0.1")]
    [InlineData("https://lb1.example:4673")]
    [InlineData("https://")]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("unix:gorb.sock")]
    [InlineData("unix://run/gorb.sock/")]
    [InlineData("unix:")]
    [InlineData("unix:/run/")]
    [InlineData("unix:/a-path-that-is-longer-than-a-socket-address-can-hold/and-more/a-path-that-is-longer-than-a-socket-address-can-hold")]
    public void Parse_AnythingElse_IsNull(string text) => ListenAddress.Parse(text).Should().BeNull();
}
