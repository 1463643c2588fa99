package io.pigpig.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.pigpig.proto.order.v1.OrderServiceOuterClass;
import io.pigpig.proto.order.v1.SagaServiceOuterClass;
import io.pigpig.proto.render.v1.RenderServiceOuterClass;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Messages of today, of the last release, of a version with a field less and of one with a field
 * more: who reads what another wrote loses nothing of it.
 *
 * <p>The last release is {@code proto/released/contracts.txtpb}, which no change of today's
 * contracts touches; versions that are made of today's can show only what protobuf does.
 */
final class CompatibilityTest {

  private static final int NEW_NUMBER = 1_000;

  private static final List<FileDescriptor> CONTRACTS =
      List.of(
          OrderServiceOuterClass.getDescriptor(),
          SagaServiceOuterClass.getDescriptor(),
          StockServiceOuterClass.getDescriptor(),
          RenderServiceOuterClass.getDescriptor());

  @TestFactory
  Stream<DynamicTest> theLastReleaseAndTodayReadEachOther() throws Exception {
    Map<String, Descriptor> today = messages(CONTRACTS);
    return messages(released()).values().stream()
        .map(
            old ->
                DynamicTest.dynamicTest(
                    old.getFullName(),
                    () -> assertReadEachOther(old, today.get(old.getFullName()))));
  }

  @Test
  void theLastReleaseHasEveryContract() throws Exception {
    assertThat(released().stream().map(FileDescriptor::getName))
        .containsAll(CONTRACTS.stream().map(FileDescriptor::getName).toList());
    assertThat(messages(released())).hasSizeGreaterThan(50);
  }

  /** What is compared is seen to differ: each of these is a change that no client survives. */
  @TestFactory
  Stream<DynamicTest> aChangeThatBreaksAClientIsSeen() throws Exception {
    Descriptor level = messages(released()).get("pigpig.stock.v1.StockLevel");
    return Map.<String, Consumer<FieldDescriptorProto.Builder>>of(
            "another number", field -> field.setNumber(NEW_NUMBER),
            "another type", field -> field.setType(FieldDescriptorProto.Type.TYPE_INT32),
            "another name", field -> field.setName("sum").setJsonName("sum"))
        .entrySet()
        .stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.getKey(),
                    () -> {
                      Descriptor changed =
                          other(
                              Objects.requireNonNull(level),
                              message -> change.getValue().accept(message.getFieldBuilder(1)));
                      assertThatThrownBy(() -> assertReadEachOther(level, changed))
                          .isInstanceOf(AssertionError.class);
                    }));
  }

  @Test
  void whatIsAddedBreaksNobody() throws Exception {
    Descriptor holder =
        Objects.requireNonNull(messages(released()).get("pigpig.order.v1.GetOrderResponse"));
    Descriptor inside =
        other(holder.findFieldByName("order").getMessageType(), CompatibilityTest::addOfTomorrow);
    assertReadEachOther(
        holder, Objects.requireNonNull(inside.getFile().findMessageTypeByName(holder.getName())));
  }

  private static void assertReadEachOther(Descriptor old, @Nullable Descriptor today)
      throws Exception {
    assertThat(today).as(old.getFullName() + " exists").isNotNull();
    DynamicMessage fromOld = filled(old, 3);
    DynamicMessage seenToday =
        DynamicMessage.parseFrom(Objects.requireNonNull(today), fromOld.toByteString());
    // As text, because it has names, values and what is not known.
    assertThat(text(seenToday)).isEqualTo(text(fromOld));
    assertThat(DynamicMessage.parseFrom(old, seenToday.toByteString())).isEqualTo(fromOld);
    DynamicMessage ofToday = filled(today, 3);
    DynamicMessage seenByOld = DynamicMessage.parseFrom(old, ofToday.toByteString());
    assertThat(known(seenByOld)).isEqualTo(fromOld);
    assertThat(DynamicMessage.parseFrom(today, seenByOld.toByteString())).isEqualTo(ofToday);
  }

  /** What is left of a message without the fields that its type does not have. */
  private static Message known(DynamicMessage message) throws Exception {
    return DiscardUnknownFieldsParser.wrap(message.getParserForType())
        .parseFrom(message.toByteString());
  }

  private static String text(Message message) {
    return TextFormat.printer().printToString(message);
  }

  @Test
  void everyEnumValueOfTheLastReleaseIsStillThere() throws Exception {
    Map<String, EnumDescriptor> today = enums(CONTRACTS);
    for (EnumDescriptor old : enums(released()).values()) {
      EnumDescriptor now = Objects.requireNonNull(today.get(old.getFullName()), old.getFullName());
      for (EnumValueDescriptor value : old.getValues()) {
        assertThat(now.findValueByName(value.getName())).as(value.getFullName()).isNotNull();
        assertThat(now.findValueByName(value.getName()).getNumber()).isEqualTo(value.getNumber());
      }
    }
  }

  /** The contracts of the last release, each after what it imports. */
  private static List<FileDescriptor> released() throws Exception {
    Path image = Path.of(System.getProperty("pigpig.root", ".."), "proto/released/contracts.txtpb");
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    TextFormat.merge(Files.readString(image), set);
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    for (FileDescriptorProto file : set.getFileList()) {
      FileDescriptor[] imports =
          file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
      files.put(file.getName(), FileDescriptor.buildFrom(file, imports));
    }
    return files.values().stream().filter(file -> file.getPackage().startsWith("pigpig.")).toList();
  }

  private static Map<String, Descriptor> messages(List<FileDescriptor> files) {
    Map<String, Descriptor> all = new LinkedHashMap<>();
    files.forEach(
        file -> file.getMessageTypes().forEach(type -> all.put(type.getFullName(), type)));
    return all;
  }

  private static Map<String, EnumDescriptor> enums(List<FileDescriptor> files) {
    Map<String, EnumDescriptor> all = new LinkedHashMap<>();
    files.forEach(file -> file.getEnumTypes().forEach(type -> all.put(type.getFullName(), type)));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> oldAndNewReadEachOther() {
    return CONTRACTS.stream()
        .flatMap(file -> file.getMessageTypes().stream())
        .filter(type -> !type.getFields().isEmpty() && !type.getOptions().getMapEntry())
        .map(type -> DynamicTest.dynamicTest(type.getFullName(), () -> readsEachOther(type)));
  }

  private static void readsEachOther(Descriptor today) throws Exception {
    DynamicMessage full = filled(today, 3);
    FieldDescriptor youngest = today.getFields().getLast();

    Descriptor older = other(today, message -> message.removeField(message.getFieldCount() - 1));
    DynamicMessage seenByOlder = DynamicMessage.parseFrom(older, full.toByteString());
    assertThat(seenByOlder.getUnknownFields().hasField(youngest.getNumber()))
        .as("an older process keeps what it does not know")
        .isTrue();
    assertThat(DynamicMessage.parseFrom(today, seenByOlder.toByteString())).isEqualTo(full);

    DynamicMessage fromOlder =
        DynamicMessage.parseFrom(today, without(full, youngest).toByteString());
    assertThat(fromOlder).isEqualTo(without(full, youngest));

    Descriptor newer = other(today, CompatibilityTest::addOfTomorrow);
    DynamicMessage ofTomorrow =
        DynamicMessage.newBuilder(newer)
            .mergeFrom(full.toByteString())
            .setField(newer.findFieldByNumber(NEW_NUMBER), "news")
            .build();
    DynamicMessage seenToday = DynamicMessage.parseFrom(today, ofTomorrow.toByteString());
    for (FieldDescriptor field : today.getFields()) {
      assertThat(seenToday.getField(field)).as(field.getName()).isEqualTo(full.getField(field));
    }
    assertThat(DynamicMessage.parseFrom(newer, seenToday.toByteString())).isEqualTo(ofTomorrow);
  }

  private static void addOfTomorrow(DescriptorProto.Builder message) {
    message.addField(
        FieldDescriptorProto.newBuilder()
            .setName("of_tomorrow")
            .setNumber(NEW_NUMBER)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
            .setType(FieldDescriptorProto.Type.TYPE_STRING));
  }

  private static DynamicMessage without(DynamicMessage message, FieldDescriptor field) {
    return message.toBuilder().clearField(field).build();
  }

  /** A version of the type that was changed so, in a file of its own. */
  private static Descriptor other(Descriptor type, Consumer<DescriptorProto.Builder> change)
      throws Exception {
    FileDescriptor file = type.getFile();
    FileDescriptorProto.Builder version = file.toProto().toBuilder();
    change.accept(version.getMessageTypeBuilder(type.getIndex()));
    FileDescriptor changed =
        FileDescriptor.buildFrom(
            version.build(), file.getDependencies().toArray(FileDescriptor[]::new));
    return changed.findMessageTypeByName(type.getName());
  }

  /** Every field set to something that is not its default, and that no narrower type can hold. */
  private static DynamicMessage filled(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean deep = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth == 0;
      if (!deep && field.isRepeated()) {
        message.addRepeatedField(field, value(field, depth));
      } else if (!deep) {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  private static Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> Integer.MAX_VALUE - field.getNumber();
      case LONG -> Long.MAX_VALUE - field.getNumber();
      case FLOAT -> 1.5f;
      case DOUBLE -> 1.5d;
      case BOOLEAN -> true;
      case STRING -> "text " + field.getNumber();
      case BYTE_STRING -> ByteString.copyFromUtf8("bytes " + field.getNumber());
      // The last one may be of one version only.
      case ENUM -> field.getEnumType().getValues().get(1);
      case MESSAGE -> (Message) filled(field.getMessageType(), depth - 1);
    };
  }
}
