using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Reads <c>pulse</c>, an object or a list of objects, into checks and collects all problems.</summary>
/// <param name="limits">What the command line lets checks do.</param>
internal sealed class PulseReader(CheckLimits limits)
{
    private const int MaxChecks = 16;
    private static readonly TimeSpan MinTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <param name="pulse">The value of the member.</param>
    /// <param name="path">The path of the member, for problems.</param>
    /// <param name="problems">Receives the problems; if there are none, the result is valid.</param>
    public ValueList<PulseOptions> Read(JsonElement pulse, FieldPath path, ProblemList problems)
    {
        switch (pulse.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return [new PulseOptions()];
            case JsonValueKind.Object:
                return [ReadOne(pulse, path, problems)];
            case JsonValueKind.Array when pulse.GetArrayLength() is > 0 and <= MaxChecks:
                return [.. pulse.EnumerateArray().Select((one, index) => ReadOne(one, path with { Name = $"{path.Name}[{index}]" }, problems))];
            case JsonValueKind.Array:
                problems.Add(new Problem(path.ToString(), null, $"must hold 1 to {MaxChecks} checks; type none switches checks off"));
                return [];
            default:
                problems.Add(new Problem(path.ToString(), FieldReader.Show(pulse), "must be an object or a list of objects"));
                return [];
        }
    }

    private PulseOptions ReadOne(JsonElement one, FieldPath path, ProblemList problems)
    {
        if (one.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new Problem(path.ToString(), FieldReader.Show(one), "must be an object"));
            return new PulseOptions();
        }

        var fields = new FieldReader(one, default, path, problems) { TakesTexts = true };
        var args = ArgsReader.Read(fields, limits.ProgramFault);
        var interval = ReadInterval(fields);
        var options = new PulseOptions
        {
            Args = args,
            Via = PathReader.Read(fields, args),
            Interval = interval,
            Timeout = ReadTimeout(fields, interval),
            Rise = (int)fields.Number(PulseDescription.Rise),
            Fall = (int)fields.Number(PulseDescription.Fall),
            BackOff = ReadBackOff(fields, interval),
        };
        fields.RefuseUnknown();
        return options;
    }

    private static TimeSpan ReadInterval(FieldReader fields)
    {
        if (fields.Raw("interval") is not { } given)
        {
            return PulseOptions.DefaultInterval;
        }

        var text = given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        if (!Duration.TryParse(text, out var interval))
        {
            var gorbText = IsNotPositive(text) ? PulseTexts.IntervalNotPositive : PulseTexts.InvalidInterval;
            fields.RefuseGiven("interval", "must be a time such as 5s, 1m or 250ms", gorbText);
        }
        else if (interval < MinTime)
        {
            fields.RefuseGiven("interval", $"must be at least {Duration.Format(MinTime)}");
        }
        else
        {
            return interval;
        }

        return PulseOptions.DefaultInterval;
    }

    private static TimeSpan ReadTimeout(FieldReader fields, TimeSpan interval)
    {
        if (ReadTime(fields, "timeout") is not { } timeout)
        {
            return interval < PulseOptions.DefaultTimeout ? interval : PulseOptions.DefaultTimeout;
        }

        if (timeout > interval)
        {
            fields.RefuseGiven("timeout", $"must not exceed the interval, which is {Duration.Format(interval)}");
        }
        else if (timeout < MinTime || timeout > MaxTimeout)
        {
            fields.RefuseGiven("timeout", $"must be from {Duration.Format(MinTime)} to {Duration.Format(MaxTimeout)}");
        }

        return timeout;
    }

    private static TimeSpan? ReadBackOff(FieldReader fields, TimeSpan interval)
    {
        var longest = ReadTime(fields, "backoff");
        if (longest < interval)
        {
            fields.RefuseGiven("backoff", $"must not be below the interval, which is {Duration.Format(interval)}");
        }

        return longest;
    }

    private static TimeSpan? ReadTime(FieldReader fields, string name)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (Duration.TryParse(text, out var time))
        {
            return time;
        }

        fields.RefuseGiven(name, "must be a time such as 5s, 1m or 250ms");
        return null;
    }

    /// <summary>True for a text that would be a valid duration if it were not negative or zero.</summary>
    private static bool IsNotPositive(string? text)
    {
        var positive = text?.TrimStart();
        var isNegative = positive is ['-', ..];
        positive = positive?.TrimStart('-');
        var isZero = positive?.AsSpan().ContainsAnyInRange('1', '9') == false;
        return (isNegative || isZero) && Duration.TryParse(positive?.Replace('0', '1'), out _);
    }
}
