using System.Text.Json;
using Gorb.Config;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Config;

public sealed class IpvsadmTests
{
    private const string Saved = """
        -A -t 10.9.0.100:80 -s rr
        -a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 100
        -a -t 10.9.0.100:80 -r 10.9.0.22:80 -g -w 0 -x 7 -y 5
        -A -u [fd00:9::100]:53 -s sh -p 300 -M 64 -b sh-fallback,sh-port
        -a -u [fd00:9::100]:53 -r [fd00:9::21]:53 -i -w 1
        -A -f 7 -6 -s wlc
        """;

    [Fact]
    public void Read_WhatIpvsadmSaves_IsADocument() =>
        YamlWriter.Write(IpvsadmReader.Read(Saved.Split('\n'))).Should().Be("""
            services:
              tcp-10.9.0.100-80:
                host: 10.9.0.100
                port: 80
                protocol: tcp
                method: rr
                backends:
                  10.9.0.21-80:
                    host: 10.9.0.21
                    port: 80
                    method: nat
                    weight: 100
                  10.9.0.22-80:
                    host: 10.9.0.22
                    port: 80
                    method: dr
                    weight: 0
                    upper_threshold: 7
                    lower_threshold: 5
              udp-fd00:9::100-53:
                host: fd00:9::100
                port: 53
                protocol: udp
                method: sh
                persistence:
                  timeout: 300
                  netmask: "64"
                flags: sh-fallback|sh-port
                backends:
                  fd00:9::21-53:
                    host: fd00:9::21
                    port: 53
                    method: tunnel
                    weight: 1
              fwmark6-7:
                fwmark: 7
                family: ipv6
                method: wlc
                backends: {}

            """);

    [Theory]
    [InlineData("-A -t web:http -s rr", "*line 1*'web:http' is not an address and port*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr\n-a -t 10.9.0.100:81 -r 10.9.0.21:80 -m", "*line 2*no such service above*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr --new", "*'--new'*")]
    [InlineData("-A -t", "*ends too early*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr\n-A -t 10.9.0.100:80 -s wrr", "*line 2*is there already*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr\n-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m\n-a -t 10.9.0.100:80 -r 10.9.0.21:80 -g", "*line 3*is there already*")]
    public void Read_OtherText_SaysWhichLine(string text, string message)
    {
        var reading = () => IpvsadmReader.Read(text.Split('\n'));

        reading.Should().Throw<FormatException>().WithMessage(message);
    }

    /// <summary>What is imported and applied leaves the kernel as it was: it is adopted.</summary>
    [Fact]
    public async Task Import_Applied_ChangesNothingInTheKernel()
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        var document = YamlWriter.Write(IpvsadmReader.Read(Saved.Split('\n')));
        await daemon.PutAsync("/config", document);
        var before = daemon.ReadKernel();

        await using var other = new TestDaemon { Kernel = daemon.Kernel };
        await other.InitializeAsync();
        Entries(await other.GetAsync("/ipvs")).Should().Equal(false, false, false);
        var asked = new List<IpvsCommand>();
        other.Kernel.Refuse = request =>
        {
            asked.AddRange(request.IsMutation ? [request.IpvsCommand] : []);
            return Errno.None;
        };
        await other.PutAsync("/config", document);

        other.ReadKernel().Should().BeEquivalentTo(before);
        asked.Should().HaveCount(6).And.OnlyContain(command => command == IpvsCommand.NewService || command == IpvsCommand.NewDestination, "the kernel refuses to add what is there");
        Entries(await other.GetAsync("/ipvs")).Should().Equal(true, true, true);
    }

    /// <summary>Of each service in the kernel, whether it is Gorb's with all its destinations.</summary>
    private static IEnumerable<bool> Entries(JsonElement ipvs) => ipvs.GetProperty("services").EnumerateArray().Select(service =>
        service.GetProperty("managed").GetBoolean() && service.GetProperty("destinations").EnumerateArray().All(destination => destination.GetProperty("managed").GetBoolean()));
}
