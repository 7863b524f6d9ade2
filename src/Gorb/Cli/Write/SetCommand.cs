using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli.Write;

/// <summary><c>gorb set</c>: creates a service or a backend, or changes the given members of one that is there.</summary>
internal static class SetCommand
{
    private const string Weight = "weight", Drain = "drain";

    public static Command Create()
    {
        var target = ObjectPath.NewArgument("The service or the backend.");
        var address = new Argument<string?>("ADDRESS") { Description = "Its host and port, as in 10.9.0.100:80 or [fd00:9::100]:80.", Arity = ArgumentArity.ZeroOrOne };
        var members = MemberOption.All;
        var all = WaitAllOption.Create();
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("set", "Creates a service or a backend, or changes the given members of one that is there; the others stay as they are. The value null is the default of a member.") { target, address };
        foreach (var member in members)
        {
            command.Options.Add(member.Option);
        }

        command.Options.Add(all);
        command.Options.Add(quiet);
        command.Add(server);
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client =>
            RunAsync(client, result.GetValue(target)!, Read(result, result.GetValue(target)!, result.GetValue(address), members), WaitAllOption.Query(result.GetValue(all)), new VerbOutput(result.GetValue(quiet)), stop)));
        return command;
    }

    /// <exception cref="SettingException">A value is wrong, or nothing is given.</exception>
    private static JsonObject Read(ParseResult result, ObjectPath target, string? address, IReadOnlyList<MemberOption> members)
    {
        var body = new JsonObject();
        if (address is not null)
        {
            var (host, port) = Split(address);
            body["host"] = host;
            if (port is not null)
            {
                body["port"] = port;
            }
        }

        foreach (var member in members.Where(member => result.GetResult(member.Option) is { Implicit: false }))
        {
            if (!body.TryAdd(member.Member, member.Read(result.GetValue(member.Option), target.Backend is not null)))
            {
                throw new SettingException($"{member.Option.Name} is given by the address {address}, too; leave one out");
            }
        }

        return body.Count > 0 ? body : throw new SettingException($"nothing is given to set of {target}; write its address, or options such as --method wrr");
    }

    private static (string Host, int? Port) Split(string address)
    {
        var colon = address.LastIndexOf(':');
        var isIpv6 = colon >= 0 && address.IndexOf(':', StringComparison.Ordinal) != colon;
        if (colon < 0 || (isIpv6 && address[colon - 1] != ']'))
        {
            return (address.Trim('[', ']'), null);
        }

        return int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (address[..colon].Trim('[', ']'), port)
            : throw new SettingException($"'{address}' is not an address with a port; write \"10.9.0.100:80\", \"[fd00:9::100]:80\" or a host alone");
    }

    private static async Task<int> RunAsync(GorbClient client, ObjectPath target, JsonObject members, string query, VerbOutput output, CancellationToken stop)
    {
        try
        {
            await client.PatchAsync(target, members, stop, query);
            await output.WriteLineAsync($"{target} is changed");
        }
        catch (GorbRefusalException refusal) when (refusal.IsNotFound)
        {
            await CreateAsync(client, target, members, query, stop);
            await output.WriteLineAsync($"{target} is created");
        }

        return ExitStatus.Done;
    }

    /// <summary>Creates an object. In a PUT a weight of 0 is the default weight, so a backend without weight begins drained.</summary>
    private static async Task CreateAsync(GorbClient client, ObjectPath target, JsonObject members, string query, CancellationToken stop)
    {
        if (members[Weight] is not JsonValue weight || !weight.TryGetValue(out long number) || number != 0)
        {
            await client.CreateAsync(target, members, stop, query);
            return;
        }

        var drained = members.DeepClone().AsObject();
        drained[Drain] = true;
        drained.Remove(Weight);
        await client.CreateAsync(target, drained, stop);
        await client.PatchAsync(target, new JsonObject { [Weight] = 0, [Drain] = members[Drain]?.DeepClone() }, stop, query);
    }
}
