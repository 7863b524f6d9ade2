using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

public sealed class SignalNameTests
{
    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("term", 15)]
    [InlineData("9", 9)]
    [InlineData("SIGHUP", 1)]
    [InlineData("SIGQUIT", 3)]
    [InlineData("SIGWINCH", 28)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    [InlineData("SIGSYS", 31)]
    public void Parse_NameOrNumber_IsRead(string text, int number) => SignalName.Parse(text).Should().Be(number);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("SIG")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("SIGRTMIN+x")]
    public void Parse_AnythingElse_IsNull(string? text) => SignalName.Parse(text).Should().BeNull();
}
