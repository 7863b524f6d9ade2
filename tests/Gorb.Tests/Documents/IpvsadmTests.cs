using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Documents.Ipvsadm;
using Gorb.Documents.Yaml;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Api;

namespace Gorb.Tests.Documents;

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

    private static readonly IpvsadmNames Names = new(name => name == "web" ? IPAddress.Parse("192.0.2.7") : null, (name, protocol) => (name, protocol) == ("http", "tcp") ? 80 : null);

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

    /// <summary>Fallback is the default for Gorb's sh and mh, not for ipvsadm's.</summary>
    [Theory]
    [InlineData("-s sh", "no-fallback")]
    [InlineData("-s mh -b mh-port", "mh-port|no-fallback")]
    [InlineData("-b flag-1 -s sh", "flag-1")]
    [InlineData("-s mh -b mh-fallback,mh-port", "mh-fallback|mh-port")]
    [InlineData("-s rr", null)]
    public void Read_SchedulerThatCouldFallBack_DoesOnlyWithItsFlag(string options, string? flags) =>
        Services($"-A -t 10.9.0.100:80 {options}").Single().Value!["flags"]?.GetValue<string>().Should().Be(flags);

    /// <summary>Defaults and spellings of a line: the service, or the first backend, as a member of a document.</summary>
    [Theory]
    [InlineData("-A -t 192.0.2.10:80", """{"host":"192.0.2.10","port":80,"protocol":"tcp","method":"wlc","backends":{}}""")]
    [InlineData("-A -u 192.0.2.10:53 -s rr -p", """{"host":"192.0.2.10","port":53,"protocol":"udp","method":"rr","persistence":{"timeout":360},"backends":{}}""")]
    [InlineData("-A -p -t 192.0.2.10", """{"host":"192.0.2.10","port":0,"protocol":"tcp","method":"wlc","persistence":{"timeout":360},"backends":{}}""")]
    [InlineData("-At192.0.2.10:80 -srr -p60 -M255.255.255.0", """{"host":"192.0.2.10","port":80,"protocol":"tcp","method":"rr","persistence":{"timeout":60,"netmask":"255.255.255.0"},"backends":{}}""")]
    [InlineData("ipvsadm --add-service --tcp-service=web:http --scheduler=rr --persistent=+060 --pe=sip", """{"host":"192.0.2.7","port":80,"protocol":"tcp","method":"rr","persistence":{"timeout":60,"engine":"sip"},"backends":{}}""")]
    [InlineData("-A -M 255.255.255.0 -p -t [fd00::1]:80", """{"host":"fd00::1","port":80,"protocol":"tcp","method":"wlc","persistence":{"timeout":360},"backends":{}}""")]
    [InlineData("-A -t fd00::1:80 -p -M 64", """{"host":"fd00::1:80","port":0,"protocol":"tcp","method":"wlc","persistence":{"timeout":360,"netmask":"64"},"backends":{}}""")]
    [InlineData("-A -t 0xc000020a:0080", """{"host":"192.0.2.10","port":80,"protocol":"tcp","method":"wlc","backends":{}}""")]
    [InlineData("-A -t 192.0.2.010:80", """{"host":"192.0.2.8","port":80,"protocol":"tcp","method":"wlc","backends":{}}""")]
    [InlineData("-A -t 192.0.2.10:80 -M 255.255.255.0", """{"host":"192.0.2.10","port":80,"protocol":"tcp","method":"wlc","backends":{}}""")]
    [InlineData("-A --sctp-service 192.0.2.10:80 -b flag-3,flag-1 --sort\r", """{"host":"192.0.2.10","port":80,"protocol":"sctp","method":"wlc","flags":"flag-3|flag-1","backends":{}}""")]
    [InlineData("-A -f -2147483648 -6 -s rr", """{"fwmark":2147483648,"family":"ipv6","method":"rr","backends":{}}""")]
    [InlineData("-A -f -1 -o", """{"fwmark":4294967295,"method":"wlc","ops":true,"backends":{}}""")]
    [InlineData("-A -u 192.0.2.10:54 -s sed -b ", """{"host":"192.0.2.10","port":54,"protocol":"udp","method":"sed","flags":"flag-3","backends":{}}""")]
    [InlineData("-A -t 192.0.2.10:80\n-E -t 192.0.2.10:80 -s rr", """{"host":"192.0.2.10","port":80,"protocol":"tcp","method":"rr","backends":{}}""")]
    [InlineData("-A -t 192.0.2.10:80\n-C\n-A -t 192.0.2.10:80 -s rr", """{"host":"192.0.2.10","port":80,"protocol":"tcp","method":"rr","backends":{}}""")]
    [InlineData("# all\n\n-A -t 192.0.2.10:80\n  # one\n-D -t 192.0.2.10:80\n-A -f 7 # two\n", """{"fwmark":7,"method":"wlc","backends":{}}""")]
    public void Read_Service_HasTheDefaultsOfIpvsadm(string lines, string expected) => Services(lines).Single().Value!.ToJsonString().Should().Be(expected);

    [Theory]
    [InlineData("-a -t 192.0.2.10:80 -r 192.0.2.21", """{"host":"192.0.2.21","port":80,"method":"dr","weight":1}""")]
    [InlineData("-a -t 192.0.2.10:80 -r 192.0.2.21:8080", """{"host":"192.0.2.21","port":80,"method":"dr","weight":1}""")]
    [InlineData("-a -t 192.0.2.10:80 -r 192.0.2.21:8080 -mw5", """{"host":"192.0.2.21","port":8080,"method":"nat","weight":5}""")]
    [InlineData("--add-server -t 192.0.2.10:http -r web:http -m --weight 0", """{"host":"192.0.2.7","port":80,"method":"nat","weight":0}""")]
    [InlineData("-a -t 192.0.2.10:80 -r 192.0.2.21 -m -x 7 -y5", """{"host":"192.0.2.21","port":80,"method":"nat","weight":1,"upper_threshold":7,"lower_threshold":5}""")]
    [InlineData("-a -t 192.0.2.10:80 -r [fd00::1]:80 -i --tun-type=gue --tun-port 6080", """{"host":"fd00::1","port":80,"method":"tunnel","weight":1,"tunnel":{"type":"gue","port":6080}}""")]
    [InlineData("-a -t 192.0.2.10:80 -r 192.0.2.21 -m -w 9\n-e -t 192.0.2.10:80 -r 192.0.2.21 -m", """{"host":"192.0.2.21","port":80,"method":"nat","weight":1}""")]
    [InlineData("-a -t 192.0.2.10:80 -r 192.0.2.21\n-d -t 192.0.2.10:80 -r 192.0.2.21\n-a -t 192.0.2.10:80 -r 192.0.2.22", """{"host":"192.0.2.22","port":80,"method":"dr","weight":1}""")]
    public void Read_Server_HasTheDefaultsOfIpvsadm(string lines, string expected) =>
        Services("-A -t 192.0.2.10:80\n" + lines).Single().Value!["backends"]!.AsObject().Single().Value!.ToJsonString().Should().Be(expected);

    [Fact]
    public void Read_LinesThatAreNotAboutTheTable_AreLeftOutWithANote()
    {
        var notes = new List<string>();

        IpvsadmReader.Read(["-Z", "--set 900 120 300", "--start-daemon master --mcast-interface eth0"], Names, notes)["services"]!.AsObject().Should().BeEmpty();

        notes.Should().HaveCount(2).And.Contain(note => note.StartsWith("line 2: --set is no part of a table")).And.Contain(note => note.StartsWith("line 3: --start-daemon"));
    }

    /// <summary>Output of ipvsadm -Sn on a host where Gorb checks by path.</summary>
    [Fact]
    public void MarksOfChecksByPath_AreLeftOut()
    {
        var notes = new List<string>();

        IpvsadmReader.Read(["-A -f 1195507712 -s wrr", "-a -f 1195507712 -r 10.9.0.21:0 -g -w 1"], Names, notes)["services"]!.AsObject().Should().BeEmpty();

        notes.Should().HaveCount(2).And.AllSatisfy(static note => note.Should().Contain("checks by path (0x47420000 to 0x4742ffff)"));
    }

    [Fact]
    public void ReadPorts_ServicesFile_HasNamesAndAliasesByProtocol()
    {
        var ports = IpvsadmNames.ReadPorts(["# comment", "", "http\t\t80/tcp\t\twww\t# WorldWideWeb HTTP", "domain 53/udp", "domain 53/tcp", "odd", "worse x/y"]);

        ports.Should().BeEquivalentTo(new Dictionary<(string, string), ushort> { [("http", "tcp")] = 80, [("www", "tcp")] = 80, [("domain", "udp")] = 53, [("domain", "tcp")] = 53 });
    }

    [Theory]
    [InlineData("-A -t nowhere:http -s rr", "*line 1*'nowhere' is not an IPv4 address*no host*")]
    [InlineData("-A -t web:nothing", "*line 1*'nothing' is not a port*no tcp service*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr\n-a -t 10.9.0.100:81 -r 10.9.0.21:80 -m", "*line 2*no such service above*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr --new", "*'--new'*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr --sched rr", "*'--sched'*")]
    [InlineData("-A -t 10.9.0.100:80 -q", "*'-q'*")]
    [InlineData("-A -t", "*ends too early*")]
    [InlineData("-A -t 10.9.0.100", "*needs a port*")]
    [InlineData("-A -t 168361316", "*'168361316' is not an address*")]
    [InlineData("-A -t [fd00::1]", "*behind the bracket*")]
    [InlineData("-A -t 10.9.0.100:80 -p x", "*timeout 'x'*")]
    [InlineData("-A -t 10.9.0.100:80 -pn", "*timeout 'n'*")]
    [InlineData("-A -t 10.9.0.100:80 -p -M 255.0.255.0", "*255.0.255.0*stand together*")]
    [InlineData("-A -t 10.9.0.100:80 -w 1", "*'--weight' is not an option of --add-service*")]
    [InlineData("-A -t 10.9.0.100:80 -t 10.9.0.100:80", "*service address is given twice*")]
    [InlineData("-A -t 10.9.0.100:80 rr", "*'rr' belongs to no option*")]
    [InlineData("-A=x -t 10.9.0.100:80", "*takes no value*")]
    [InlineData("-A -6 -f 7", "*-6 stands before -f*")]
    [InlineData("-t 10.9.0.100:80 -A", "*does not begin with a command*")]
    [InlineData("-R", "*--restore ends ipvsadm*")]
    [InlineData("-A -u 10.9.0.100:5060 --pe sip", "*--pe without -p*")]
    [InlineData("-A -t 10.9.0.100:80\n-a -r 10.9.0.21 -t 10.9.0.100:80 -m", "*line 2*port is 0*")]
    [InlineData("-A -t 10.9.0.100:80\n-a -t 10.9.0.100:80 -r [fd00::1]:80", "*line 2*different families*")]
    [InlineData("-A -t 10.9.0.100:80\n-a -t 10.9.0.100:80 -r 10.9.0.21 -w 70000", "*line 2*weight '70000'*")]
    [InlineData("-A -t 10.9.0.100:80\n-a -t 10.9.0.100:80 -r 10.9.0.21 -g -m", "*forwarding method is given twice*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr\n-A -t 10.9.0.100:80 -s wrr", "*line 2*is there already*")]
    [InlineData("-A -t 10.9.0.100:80 -s rr\n-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m\n-a -t 10.9.0.100:80 -r 10.9.0.21:80 -g", "*line 3*is there already*")]
    public void Read_OtherText_SaysWhichLine(string text, string message)
    {
        var reading = () => Services(text);

        reading.Should().Throw<FormatException>().WithMessage(message);
    }

    /// <summary>An applied import adopts the kernel's table without a change.</summary>
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

    private static JsonObject Services(string lines) => IpvsadmReader.Read(lines.Split('\n'), Names)["services"]!.AsObject();

    /// <summary>For each service in the kernel, whether Gorb manages it and all its destinations.</summary>
    private static IEnumerable<bool> Entries(JsonElement ipvs) => ipvs.GetProperty("services").EnumerateArray().Select(service =>
        service.GetProperty("managed").GetBoolean() && service.GetProperty("destinations").EnumerateArray().All(destination => destination.GetProperty("managed").GetBoolean()));
}
