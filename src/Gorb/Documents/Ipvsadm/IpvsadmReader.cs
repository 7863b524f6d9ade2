using System.Text.Json.Nodes;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents.Ipvsadm;

/// <summary>
/// Converts input of <c>ipvsadm -R</c>, such as the output of <c>ipvsadm -Sn</c>, into a document with the same table. Omitted settings have ipvsadm's defaults.
/// Services and backends are named after their addresses or marks.
/// </summary>
internal static class IpvsadmReader
{
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <param name="lines">The lines.</param>
    /// <param name="names">The resolver of names; null for that of this machine.</param>
    /// <param name="notes">Receives a text for each line that does not describe a part of the table.</param>
    /// <exception cref="FormatException">ipvsadm would reject a line, or Gorb does not support its setting; the message names the line.</exception>
    public static JsonObject Read(IEnumerable<string> lines, IpvsadmNames? names = null, List<string>? notes = null)
    {
        var services = new JsonObject();
        names ??= IpvsadmNames.OfSystem();
        foreach (var (number, line) in lines.Index())
        {
            try
            {
                if (IpvsadmLine.Read(Words(line), names) is { } command && Apply(command, services) is { } note)
                {
                    notes?.Add($"line {number + 1}: {note}: {line.Trim()}");
                }
            }
            catch (FormatException error)
            {
                throw new FormatException($"line {number + 1}: {error.Message}: {line.Trim()}", error);
            }
        }

        return new JsonObject { ["services"] = services };
    }

    /// <summary>Splits a line into words, without comments and without a leading program name.</summary>
    private static List<string> Words(string line) =>
        [.. line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => !word.StartsWith('#')).Where(word => word != "ipvsadm")];

    /// <summary>Applies a line to the table.</summary>
    /// <returns>Why the line does not change the table; null if it does.</returns>
    private static string? Apply(IpvsadmLine line, JsonObject services)
    {
        if (line.IsOfPathCheck)
        {
            return $"a mark of checks by path ({MarkRange.Default}) is no service and was left out";
        }

        var owner = line.IsOfServer ? services[line.ServiceName] as JsonObject ?? throw new FormatException("there is no such service above") : null;
        var backends = owner?["backends"]?.AsObject() ?? [];
        switch (line.Verb)
        {
            case "add-service":
                Add(services, line.ServiceName, WithBackends(RefuseFallback(line.Service()), new JsonObject()));
                return null;
            case "edit-service":
                var present = services[line.ServiceName]?.AsObject() ?? throw new FormatException("there is no such service above");
                services[line.ServiceName] = WithBackends(RefuseFallback(line.Service()), present["backends"]!.DeepClone());
                return null;
            case "delete-service":
                Remove(services, line.ServiceName);
                return null;
            case "clear":
                services.Clear();
                return null;
            case "add-server":
                Add(backends, line.ServerName, line.Server());
                return null;
            case "edit-server":
                backends[line.ServerName] = backends.ContainsKey(line.ServerName) ? line.Server() : throw new FormatException("there is no such server above");
                return null;
            case "delete-server":
                Remove(backends, line.ServerName);
                return null;
            case "list" or "save" or "zero":
                return null;
            case "set" or "start-daemon" or "stop-daemon":
                return $"--{line.Verb} is no part of a table and was left out; run it with ipvsadm";
            default:
                throw new FormatException($"--{line.Verb} ends ipvsadm; remove the line");
        }
    }

    /// <summary>Disables the fallback of sh and mh unless its flag is set: by default it is off in ipvsadm and on in Gorb.</summary>
    private static JsonObject RefuseFallback(JsonObject service)
    {
        var flags = service["flags"]?.GetValue<string>() ?? "";
        if (ServiceFlagWords.CanFallBack(service["method"]?.GetValue<string>() ?? "") && ServiceFlagWords.Unknown(flags).Count == 0
            && !ServiceFlagWords.Parse(flags).HasFlag(ServiceFlags.Scheduler1))
        {
            service["flags"] = string.Join('|', ((string[])[flags, ServiceFlagWords.NoFallback]).Where(word => word.Length > 0));
        }

        return service;
    }

    private static JsonObject WithBackends(JsonObject service, JsonNode backends)
    {
        service["backends"] = backends;
        return service;
    }

    private static void Add(JsonObject entries, string name, JsonObject entry)
    {
        if (!entries.TryAdd(name, entry))
        {
            throw new FormatException("this is there already, in a line above");
        }
    }

    private static void Remove(JsonObject entries, string name)
    {
        if (!entries.Remove(name))
        {
            throw new FormatException("there is nothing like this above");
        }
    }
}
