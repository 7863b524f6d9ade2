using System.Net;
using Gorb.Model.Text;

namespace Gorb.Tests.Text;

/// <summary>An address has one spelling per family; spellings that programs read differently are rejected.</summary>
public sealed class AddressTextTests
{
    [Theory]
    [InlineData("10.9.0.21", "10.9.0.21")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("fd00:9::22", "fd00:9::22")]
    [InlineData("FD00:0009:0::0022", "fd00:9::22")]
    [InlineData("64:ff9b::10.9.0.21", "64:ff9b::a09:15")]
    [InlineData("::", "::")]
    public void TryParse_UsualForms_AreRead(string text, string address)
    {
        AddressText.TryParse(text, out var read).Should().BeTrue();
        read.Should().Be(IPAddress.Parse(address));
        AddressText.FindFault(text).Should().BeNull();
    }

    [Theory]
    [InlineData("10.9.0.021", "10.9.0.17")]
    [InlineData("010.9.0.21", "8.9.0.21")]
    [InlineData("168361237", "10.8.253.21")]
    [InlineData("10.9.257", "10.9.1.1")]
    [InlineData("0x0a090016", "10.9.0.22")]
    [InlineData("10.9.0.0x16", "10.9.0.22")]
    [InlineData("10.9.0.256", "four numbers")]
    [InlineData("10.9.0.09", "four numbers")]
    [InlineData("1.2.3.4.5", "four numbers")]
    [InlineData("10.9.0.22.", "10.9.0.22")]
    [InlineData("10.9.0.1:80", "write 10.9.0.1 here and 80 in port")]
    [InlineData("[fd00:9::22]:8080", "write fd00:9::22 here and 8080 in port")]
    [InlineData("[fd00:9::22]", "without brackets: fd00:9::22")]
    [InlineData("fd00:9::22%br0", "write fd00:9::22")]
    [InlineData("fd00:9::22%7", "write fd00:9::22")]
    [InlineData("[fd00:9::22%7]", "write fd00:9::22")]
    [InlineData("fe80::1%1", "link-local")]
    [InlineData("::ffff:10.9.0.1", "write 10.9.0.1")]
    [InlineData("::ffff:a09:1", "write 10.9.0.1")]
    [InlineData("64:ff9b::10.9.0.021", "not an IPv6 address")]
    [InlineData("fd00::1::2", "not an IPv6 address")]
    [InlineData("db.example:80", "belongs in port")]
    [InlineData("10.9.0.0/24", "without a prefix length")]
    [InlineData("fd00::/64", "without a prefix length")]
    public void TryParse_OtherForms_AreRefusedWithWhatToWrite(string text, string remedy)
    {
        AddressText.TryParse(text, out _).Should().BeFalse();
        AddressText.FindFault(text).Should().Contain(remedy);
    }

    [Theory]
    [InlineData("db.example")]
    [InlineData("backend-1")]
    [InlineData("1.example")]
    [InlineData("0xab.example")]
    [InlineData("xn--bcher-kva.example.")]
    public void FindFault_Names_IsNull(string text)
    {
        AddressText.TryParse(text, out _).Should().BeFalse();
        AddressText.FindFault(text).Should().BeNull();
    }

    /// <summary>Only sockets use network devices, and only link-local addresses need one.</summary>
    [Theory]
    [InlineData("fe80::1%1", true)]
    [InlineData("fe80::1%no-such-device", false)]
    [InlineData("fd00:9::22%1", false)]
    [InlineData("10.9.0.1%1", false)]
    [InlineData("fd00:9::22", true)]
    public void TryParseScoped_ScopeOfLinkLocal_IsRead(string text, bool isRead) => AddressText.TryParseScoped(text, out _).Should().Be(isRead);

    [Theory]
    [InlineData("10.9.0.1", "10.9.0.1", null)]
    [InlineData("10.9.0.1:80", "10.9.0.1", 80)]
    [InlineData("fd00::1", "fd00::1", null)]
    [InlineData("[fd00::1]", "fd00::1", null)]
    [InlineData("[fd00::1]:65535", "fd00::1", 65535)]
    public void TryParseEndpoint_AddressWithOrWithoutPort_IsRead(string text, string address, int? port)
    {
        AddressText.TryParseEndpoint(text, out var read, out var found).Should().BeTrue();
        read!.ToString().Should().Be(address);
        ((int?)found).Should().Be(port);
    }

    [Theory]
    [InlineData("[10.9.0.1]:80")]
    [InlineData("fd00::1]:80")]
    [InlineData("[fd00::1")]
    [InlineData("[fd00::1]80")]
    [InlineData("10.9.0.1:")]
    [InlineData("10.9.0.1:65536")]
    [InlineData("10.9.0.1:0x50")]
    [InlineData("10.9.0.021:80")]
    [InlineData(":80")]
    [InlineData("")]
    public void TryParseEndpoint_AnythingElse_IsRefused(string text) => AddressText.TryParseEndpoint(text, out _, out _).Should().BeFalse();

    [Theory]
    [InlineData("10.9.0.0/24", "10.9.0.0/24")]
    [InlineData("10.9.0.7", "10.9.0.7/32")]
    [InlineData("fd00:9::/64", "fd00:9::/64")]
    [InlineData("fd00:9::1", "fd00:9::1/128")]
    [InlineData("10.9/16", null)]
    [InlineData("10.9.0.0/33", null)]
    [InlineData("10.9.0.0/", null)]
    [InlineData("all", null)]
    public void ParseNetwork_Text_IsABlockOrNothing(string text, string? network) => $"{AddressText.ParseNetwork(text)}".Should().Be(network ?? "");
}
