using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Architecture;

/// <summary>The numbers of log messages, which users filter by.</summary>
public sealed class LogNumberTests
{
    [Fact]
    public void EachNumber_IsOfOneMessage()
    {
        var shared = typeof(GorbHost).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(static method => (Method: method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(static found => found.Message is not null)
            .GroupBy(static found => found.Message!.EventId, static found => $"{found.Method.DeclaringType!.Name}.{found.Method.Name}")
            .Where(static number => number.Count() > 1)
            .Select(static number => $"{number.Key}: {string.Join(", ", number)}");

        shared.Should().BeEmpty();
    }
}
